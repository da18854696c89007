import { copyBackups, createBackup } from '../operations/backup/create-backup';
import { systemClock } from '../operations/clock';
import { progressOn } from '../operations/progress';
import { readableBytes, readableSpan } from '../operations/readable';
import { clusterOf } from '../operations/target';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

/** Makes a backup now, and a copy of it where the environment keeps copies outside the cluster. */
async function backup(args: readonly string[]): Promise<void> {
  const { words } = commandArguments(args, { usage: 'npm run backup -- <environment>', words: [1, 1], options: {} });
  const environment = environmentNamed(words[0]);
  const kubectl = await clusterOf(environment);
  const progress = progressOn(process.stdout, process.env);
  try {
    const { name, bytes, databaseBytes, seconds } = await createBackup(kubectl, environment, progress);
    const size = `${readableBytes(bytes)} for a database of ${readableBytes(databaseBytes)}`;
    console.log(`backup ${name}: ${size}, in ${readableSpan(seconds)}`);
    const copied = await copyBackups({ kubectl, environment, progress, clock: systemClock });
    if (!copied) console.log('there is no copy outside the cluster: whoever loses the cluster loses this backup too');
  } finally {
    progress.close();
  }
}

void run(() => backup(process.argv.slice(2)));
