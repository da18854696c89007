import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { backupCronJob } from '../../operations/backup/backup-jobs';
import { parseBackupName } from '../../operations/backup/backup-record';
import { PostgresAdmin } from '../../operations/restore/postgres-admin';
import { restore } from '../../operations/restore/restore';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { confirm } from '../confirm';
import { runCommand, withAbortOnSignal } from '../run-command';
import { createProgress } from '../terminal-progress';

/** Puts a backup in the place of an environment's database. */
async function restoreCommand(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage: 'npm run restore -- <environment> <backup> [--fresh-server] [--accept-missing] [--yes]',
    positionals: [2, 2],
    options: {
      'fresh-server': { type: 'boolean', default: false },
      'accept-missing': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const [name, backup = ''] = words;
  const environment = findEnvironment(name);
  const freshServer = options['fresh-server'];
  parseBackupName(backup, environment.name);
  const kubectl = await connect(environment);
  await backupCronJob({ kubectl, environment });
  const progress = createProgress(process.stdout, process.env);
  const request = { backup, freshServer, acceptMissing: options['accept-missing'] };
  const site = { kubectl, environment, progress, clock: systemClock };
  const lease = new OperationLock({ ...site, namespace: environment.namespace });
  try {
    await lease.waitUntilFree();
    if (!options.yes) {
      const server = freshServer ? ', sets the data of its database server aside, starts a fresh one' : '';
      const what = `this stops the services of ${environment.name}${server} and puts backup ${backup} in the place of its database ${environment.database.name}`;
      await confirm({ what, word: environment.name });
    }
    const previous = await withAbortOnSignal((stop) =>
      lease.withLock(`restore of ${backup}`, stop, (lock) =>
        restore({ ...site, platform: veza, signal: lock.signal, lock }, request),
      ),
    );
    console.log(`${environment.name} works with backup ${backup}`);
    if (previous !== undefined) {
      console.log(`the database before is kept as ${previous}; when nobody needs it any more, drop it:`);
      console.log(new PostgresAdmin(site).dropCommand(previous));
    }
  } finally {
    progress.stop();
  }
}

void runCommand(() => restoreCommand(process.argv.slice(2)));
