import type { Command } from 'commander';
import { formatPermissionRemedy, requirePermissions } from '../../cluster/permissions';
import { findBackupCronJob } from '../../operations/backup/backup-jobs';
import { parseBackupName } from '../../operations/backup/backup-record';
import { requireClusterDatabase } from '../../operations/database/cluster-manifests';
import { formatStatement, parseMoment, recoverToTime } from '../../operations/database/recover-to-time';
import { PostgresAdmin } from '../../operations/restore/postgres-admin';
import { listRestorePermissions, restore } from '../../operations/restore/restore';
import type { RestoreRequest } from '../../operations/restore/restore-steps';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { addExamples, createEnvironmentArgument, createYesOption, type VezaProject } from '../arguments';
import { type CommandContext, confirm, runInCluster, withAbortOnSignal } from '../run-command';
import { print, type System } from '../system';
import { runDatabase } from './database';

interface RestoreOptions {
  readonly freshServer?: boolean;
  readonly acceptMissing?: boolean;
  readonly to?: string;
  readonly yes?: boolean;
}

const details = `
It stops the services, restores the backup into a temporary database, swaps the two by renaming them and starts the
services again. The previous database is kept, and the command to drop it is printed. Ctrl-C before the swap
resumes the services with the database as it was. With --fresh-server they stay stopped until a restore has succeeded.

With --to a database cluster is recovered to an earlier time: a second Cluster is made from the archive next to the first, both
are compared, and the services switch to the second. The first keeps its data.`;

export function addRestoreCommand(program: Command, project: VezaProject, system: System): void {
  const command = program
    .command('restore')
    .description('Replace the database of an environment with a backup, or with its state at an earlier time.')
    .addArgument(createEnvironmentArgument(project))
    .argument('[backup]', 'name of the backup, such as 20261125T021500Z, as veza backup list prints it')
    .option('--to <time>', 'recover a database cluster to this moment, such as 2026-11-29T01:15:00Z')
    .option('--fresh-server', 'set the data of the database server aside, and restore into a fresh server')
    .option('--accept-missing', 'restore an unverified backup, without the objects that it lacks')
    .addOption(createYesOption())
    .addHelpText('after', details)
    .action((environment: Environment, backup: string | undefined, options: RestoreOptions) => {
      const { freshServer = false, acceptMissing = false, to, yes = false } = options;
      if (to !== undefined && backup === undefined) return recover(project.platform, system, environment, to, yes);
      if (to !== undefined || backup === undefined) {
        throw new UsageError('name either a backup or a time: restore <environment> <backup>, or --to <time>');
      }
      parseBackupName(backup, environment.name);
      return runInCluster(system, environment, (context) =>
        runRestore(project.platform, system, context, { backup, freshServer, acceptMissing, yes }),
      );
    });
  addExamples(
    command,
    'restore production 20261125T021500Z',
    'restore production 20261125T021500Z --fresh-server',
    'restore production --to 2026-11-29T01:15:00Z',
  );
}

async function runRestore(
  platform: Platform,
  system: System,
  context: CommandContext,
  { yes, ...request }: RestoreRequest & { readonly yes: boolean },
): Promise<void> {
  const { kubectl, environment, lock } = context;
  const { backup } = request;
  await requirePermissions(
    kubectl,
    listRestorePermissions(environment),
    formatPermissionRemedy(environment, 'restore'),
  );
  await findBackupCronJob(context);
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

async function recover(
  platform: Platform,
  system: System,
  environment: Environment,
  time: string,
  yes: boolean,
): Promise<void> {
  const { name } = environment;
  const { cluster } = requireClusterDatabase(environment);
  const moment = parseMoment(time, system.clock.now());
  const action = `this recovers the database of ${name} to ${moment} in a new Cluster next to ${cluster}, then stops the services and switches them to the new one`;
  await runDatabase(system, environment, { platform, action, yes, title: `recovery to ${moment}` }, async (context) => {
    const recovery = await recoverToTime(context, moment);
    print(system, `the services of ${name} use Cluster ${recovery.cluster}, with the data of ${moment}`);
    print(system, `state this in the environment, or the next deploy is refused: ${formatStatement(recovery)}`);
    print(system, `Cluster ${recovery.previous} keeps its data. To return to it, and lose what is written since:`);
    print(system, `  npx veza database switch ${name} ${recovery.previous}`);
  });
}
