import { requireBackupName } from '../operations/backup/backup-record';
import { backupCronJob } from '../operations/backup/cron-jobs';
import { DatabaseServer } from '../operations/backup/database-server';
import { restore } from '../operations/backup/restore';
import { systemClock } from '../operations/clock';
import { OperationLease } from '../operations/lease';
import { progressOn } from '../operations/progress';
import { clusterOf } from '../operations/target';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirmation';
import { interruptible } from './interruption';
import { run } from './run';

/** Puts a backup in the place of an environment's database. */
async function restoreCommand(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage: 'npm run restore -- <environment> <backup> [--fresh-server] [--accept-missing] [--yes]',
    words: [2, 2],
    options: {
      'fresh-server': { type: 'boolean', default: false },
      'accept-missing': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const [name, backup = ''] = words;
  const environment = environmentNamed(name);
  const freshServer = options['fresh-server'];
  requireBackupName(backup, environment.name);
  const kubectl = await clusterOf(environment);
  await backupCronJob({ kubectl, environment });
  const progress = progressOn(process.stdout, process.env);
  const request = { backup, freshServer, acceptMissing: options['accept-missing'] };
  const site = { kubectl, environment, progress, clock: systemClock };
  const lease = new OperationLease({ ...site, namespace: environment.namespace });
  try {
    await lease.untilFree();
    if (!options.yes) {
      const server = freshServer ? ', sets the data of its database server aside, starts a fresh one' : '';
      const what = `this stops the services of ${environment.name}${server} and puts backup ${backup} in the place of its database ${environment.database.name}`;
      await confirmed({ what, word: environment.name });
    }
    const previous = await interruptible((stop) =>
      lease.hold(`restore of ${backup}`, stop, (hold) => restore({ ...site, signal: hold.signal }, request, hold)),
    );
    console.log(`${environment.name} works with backup ${backup}`);
    if (previous !== undefined) {
      console.log(`the database before is kept as ${previous}; when nobody needs it any more, drop it:`);
      console.log(new DatabaseServer(site).dropCommand(previous));
    }
  } finally {
    progress.close();
  }
}

void run(() => restoreCommand(process.argv.slice(2)));
