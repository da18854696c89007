import { runCommand, withAbortOnSignal } from '../../../lib/cli/run-command';
import { print, processSystem } from '../../../lib/cli/system';

/** A process whose command works until a signal stops it, and takes a moment to clean up. */
void runCommand(
  () =>
    withAbortOnSignal(processSystem, async (signal) => {
      const { clock } = processSystem;
      print(processSystem, 'working');
      await clock.sleep(60, signal).catch(() => undefined);
      await clock.sleep(0.2);
      print(processSystem, 'cleaned up');
      signal.throwIfAborted();
    }),
  processSystem,
).then((code) => {
  process.exitCode = code;
});
