import { formatBytes, formatDuration } from '../../cluster/format';
import { connect } from '../../cluster/operation-context';
import { systemClock } from '../../cluster/wait';
import { copyBackups, createBackup } from '../../operations/backup/create-backup';
import { commandArguments, findEnvironment } from '../arguments';
import { runCommand } from '../run-command';
import { createProgress } from '../terminal-progress';

/** Makes a backup now, and a copy of it where the environment keeps copies outside the cluster. */
async function backup(args: readonly string[]): Promise<void> {
  const { positionals: words } = commandArguments(args, {
    usage: 'npm run backup -- <environment>',
    positionals: [1, 1],
    options: {},
  });
  const environment = findEnvironment(words[0]);
  const kubectl = await connect(environment);
  const progress = createProgress(process.stdout, process.env);
  const context = { kubectl, environment, progress, clock: systemClock };
  try {
    const { name, bytes, databaseBytes, seconds } = await createBackup(context);
    const size = `${formatBytes(bytes)} for a database of ${formatBytes(databaseBytes)}`;
    console.log(`backup ${name}: ${size}, in ${formatDuration(seconds)}`);
    const copied = await copyBackups(context);
    if (!copied) console.log('there is no copy outside the cluster: whoever loses the cluster loses this backup too');
  } finally {
    progress.stop();
  }
}

void runCommand(() => backup(process.argv.slice(2)));
