import { connect } from '../../cluster/operation-context';
import { systemClock } from '../../cluster/wait';
import { listBackups } from '../../operations/backup/list-backups';
import { UsageError } from '../../platform/errors';
import { commandArguments, findEnvironment } from '../arguments';
import { backupTable } from '../backup-table';
import { runCommand } from '../run-command';
import { createProgress } from '../terminal-progress';

const formats = ['human', 'json'];

/** Lists the backups that there are. What it waits for goes to stderr, so that the list can be read by a program. */
async function backups(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage: 'npm run backups -- <environment> [--format human|json]',
    positionals: [1, 1],
    options: { format: { type: 'string', default: 'human' } },
  });
  if (!formats.includes(options.format)) {
    throw new UsageError(`${JSON.stringify(options.format)} is no format; use one of ${formats.join(', ')}`);
  }
  const environment = findEnvironment(words[0]);
  const kubectl = await connect(environment);
  const progress = createProgress(process.stderr, process.env);
  try {
    const list = await listBackups({ kubectl, environment, progress, clock: systemClock });
    console.log(options.format === 'json' ? JSON.stringify(list, null, 2) : backupTable(list, Date.now()));
  } finally {
    progress.stop();
  }
}

void runCommand(() => backups(process.argv.slice(2)));
