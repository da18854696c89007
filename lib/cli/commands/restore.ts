import type { Command } from 'commander';
import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { backupCronJob } from '../../operations/backup/backup-jobs';
import { parseBackupName } from '../../operations/backup/backup-record';
import { PostgresAdmin } from '../../operations/restore/postgres-admin';
import { restore } from '../../operations/restore/restore';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { addExamples, environmentArgument, type VezaProject, yesOption } from '../arguments';
import { confirm } from '../confirm';
import { runProgram, withAbortOnSignal } from '../run-command';
import { createProgress } from '../terminal-progress';

interface RestoreOptions {
  readonly freshServer?: boolean;
  readonly acceptMissing?: boolean;
  readonly yes?: boolean;
}

const details = `
It stops the services, restores the backup into a temporary database, swaps the two by renaming them and starts the
services again. The previous database is kept, and the command to drop it is printed. Ctrl-C before the swap
resumes the services with the database as it was. With --fresh-server they stay stopped until a restore has succeeded.`;

/** Adds `veza restore`. */
export function addRestoreCommand(program: Command, project: VezaProject): void {
  const command = program
    .command('restore')
    .description('Replace the database of an environment with a backup.')
    .addArgument(environmentArgument(project))
    .argument('<backup>', 'name of the backup, such as 20261125T021500Z, as veza backup list prints it')
    .option('--fresh-server', 'set the data of the database server aside, and restore into a fresh server')
    .option('--accept-missing', 'restore an unverified backup, without the objects that it lacks')
    .addOption(yesOption())
    .addHelpText('after', details)
    .action((environment: Environment, backup: string, options: RestoreOptions) =>
      runRestore(project.platform, environment, backup, options),
    );
  addExamples(command, 'restore production 20261125T021500Z', 'restore production 20261125T021500Z --fresh-server');
}

async function runRestore(
  platform: Platform,
  environment: Environment,
  backup: string,
  options: RestoreOptions,
): Promise<void> {
  const { freshServer = false, acceptMissing = false, yes = false } = options;
  parseBackupName(backup, environment.name);
  const kubectl = await connect(environment, runProgram);
  await backupCronJob({ kubectl, environment });
  const progress = createProgress(process.stdout, process.env);
  const context = { kubectl, environment, progress, clock: systemClock };
  const lock = new OperationLock({ ...context, namespace: environment.namespace });
  try {
    await lock.waitUntilFree();
    if (!yes) await confirm({ action: describeAction(environment, backup, freshServer), expected: environment.name });
    const request = { backup, freshServer, acceptMissing };
    const previous = await withAbortOnSignal((stop) =>
      lock.withLock(`restore of ${backup}`, stop, (held) =>
        restore({ ...context, platform, signal: held.signal, lock: held }, request),
      ),
    );
    console.log(`restored backup ${backup} to ${environment.name}`);
    if (previous === undefined) return;
    console.log(`the previous database is kept as ${previous}; drop it once it is no longer needed:`);
    console.log(new PostgresAdmin(context).dropCommand(previous));
  } finally {
    progress.stop();
  }
}

function describeAction({ name, database }: Environment, backup: string, freshServer: boolean): string {
  const server = freshServer ? ', sets the data of its database server aside, starts a fresh server' : '';
  return `this stops the services of ${name}${server} and replaces its database ${database.name} with backup ${backup}`;
}
