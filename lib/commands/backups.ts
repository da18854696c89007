import { backupList } from '../operations/backup/backup-list';
import { backupTable } from '../operations/backup/backup-table';
import { systemClock } from '../operations/clock';
import { progressOn } from '../operations/progress';
import { clusterOf } from '../operations/target';
import { UsageError } from '../problems';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

const formats = ['human', 'json'];

/** Lists the backups that there are. What it waits for goes to stderr, so that the list can be read by a program. */
async function backups(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage: 'npm run backups -- <environment> [--format human|json]',
    words: [1, 1],
    options: { format: { type: 'string', default: 'human' } },
  });
  if (!formats.includes(options.format)) {
    throw new UsageError(`${JSON.stringify(options.format)} is no format; use one of ${formats.join(', ')}`);
  }
  const environment = environmentNamed(words[0]);
  const kubectl = await clusterOf(environment);
  const progress = progressOn(process.stderr, process.env);
  try {
    const list = await backupList({ kubectl, environment, progress, clock: systemClock });
    console.log(options.format === 'json' ? JSON.stringify(list, null, 2) : backupTable(list, Date.now()));
  } finally {
    progress.close();
  }
}

void run(() => backups(process.argv.slice(2)));
