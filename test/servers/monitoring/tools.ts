import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

const project = join(__dirname, '..', '..', '..');
const folder = join(project, 'node_modules/.cache/veza/tools/bin');

/** Programs that `prometheus-tools.sh` puts in place. */
export type Tool =
  | 'prometheus'
  | 'promtool'
  | 'alertmanager'
  | 'amtool'
  | 'blackbox_exporter'
  | 'node_exporter'
  | 'postgres_exporter'
  | 'redis_exporter';

/** Puts the tools in place, if they are not there yet. */
export function installTools(): void {
  execFileSync(join(project, 'test/servers/prometheus-tools.sh'), { stdio: 'inherit' });
}

/** Where a tool is. */
export function toolPath(tool: Tool): string {
  return join(folder, tool);
}

/** What a run of a tool said, and whether it was content. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a tool to its end. */
export async function runTool(tool: Tool, ...args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout } = await promisify(execFile)(toolPath(tool), args, { maxBuffer: 2 ** 26 });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

/** A server that runs until it is stopped. */
export class Server {
  private log = '';

  private constructor(
    readonly name: string,
    private readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (data) => {
        this.log += data;
      });
    }
  }

  /** Starts a program and keeps its output for later reads. */
  static start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Server {
    const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Server(program, child);
  }

  /** What it said so far. */
  get said(): string {
    return this.log;
  }

  /** Stops it, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    await gone;
  }
}

/**
 * Asks again and again until the answer is something.
 * @throws Error with the name of what never came, after as many seconds as given.
 */
export async function awaited<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
