import type { Command } from 'commander';
import { backupCronJob } from '../../operations/backup/backup-jobs';
import { parseBackupName } from '../../operations/backup/backup-record';
import { PostgresAdmin } from '../../operations/restore/postgres-admin';
import { restore } from '../../operations/restore/restore';
import { requireRestorePermissions } from '../../operations/restore/restore-permissions';
import type { RestoreRequest } from '../../operations/restore/restore-steps';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { addExamples, environmentArgument, type VezaProject, yesOption } from '../arguments';
import { confirm } from '../confirm';
import { type CommandContext, runInCluster, withAbortOnSignal } from '../run-command';
import { print, type System } from '../system';

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
export function addRestoreCommand(program: Command, project: VezaProject, system: System): void {
  const command = program
    .command('restore')
    .description('Replace the database of an environment with a backup.')
    .addArgument(environmentArgument(project))
    .argument('<backup>', 'name of the backup, such as 20261125T021500Z, as veza backup list prints it')
    .option('--fresh-server', 'set the data of the database server aside, and restore into a fresh server')
    .option('--accept-missing', 'restore an unverified backup, without the objects that it lacks')
    .addOption(yesOption())
    .addHelpText('after', details)
    .action((environment: Environment, backup: string, options: RestoreOptions) => {
      const { freshServer = false, acceptMissing = false, yes = false } = options;
      parseBackupName(backup, environment.name);
      return runInCluster(system, environment, (context) =>
        runRestore(project.platform, system, context, { backup, freshServer, acceptMissing, yes }),
      );
    });
  addExamples(command, 'restore production 20261125T021500Z', 'restore production 20261125T021500Z --fresh-server');
}

async function runRestore(
  platform: Platform,
  system: System,
  context: CommandContext,
  { yes, ...request }: RestoreRequest & { readonly yes: boolean },
): Promise<void> {
  const { environment, lock } = context;
  const { backup } = request;
  await requireRestorePermissions(context);
  await backupCronJob(context);
  await lock.waitUntilFree();
  if (!yes) await confirm(system, { action: describeAction(environment, request), expected: environment.name });
  const previous = await withAbortOnSignal(system, (stop) =>
    lock.withLock(`restore of ${backup}`, stop, (held) =>
      restore({ ...context, platform, signal: held.signal, lock: held }, request),
    ),
  );
  print(system, `restored backup ${backup} to ${environment.name}`);
  if (previous === undefined) return;
  print(system, `the previous database is kept as ${previous}; drop it once it is no longer needed:`);
  print(system, new PostgresAdmin(context).dropCommand(previous));
}

function describeAction({ name, database }: Environment, { backup, freshServer }: RestoreRequest): string {
  const server = freshServer ? ', sets the data of its database server aside, starts a fresh server' : '';
  return `this stops the services of ${name}${server} and replaces its database ${database.name} with backup ${backup}`;
}
