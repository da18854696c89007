import { spawn } from 'node:child_process';

/** Its input ends when the process that started it is gone, however that ended. */
const script = `process.stdin.on('close', () => process.kill(-process.argv[1], 'SIGKILL')).resume();`;

/**
 * Kills a process group as soon as this process is gone: what nothing follows any more must not go on to change a
 * cluster. Returns how to call that off.
 */
export function killWhenGone(group: number): () => void {
  const watchdog = spawn(process.execPath, ['--eval', script, String(group)], {
    // Out of reach of what may kill this process together with all its children.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it the program goes on after a kill, and the next operation still recovers.
  watchdog.on('error', () => undefined);
  return () => void watchdog.kill('SIGKILL');
}
