import type { Command } from 'commander';
import { formatPermissionRemedy, requirePermissions } from '../../cluster/permissions';
import { parseBackupName } from '../../operations/backup/backup-record';
import {
  listDatabasePermissions,
  requireClusterDatabase,
  withCluster,
} from '../../operations/database/cluster-manifests';
import { listReturnCommands, moveDatabase } from '../../operations/database/move-database';
import { switchCluster } from '../../operations/database/switch-cluster';
import type { RestoreContext } from '../../operations/restore/restore-steps';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { addExamples, createEnvironmentArgument, createYesOption, type VezaProject } from '../arguments';
import { confirm, runInCluster, withAbortOnSignal } from '../run-command';
import { print, type System } from '../system';

interface MoveOptions {
  readonly fromBackup?: string;
  readonly yes?: boolean;
}

const moveDetails = `
The environment states database.kind cluster already, and a single server runs. The Cluster is created next to it; then the
services stop, a backup of the last moment is restored into the Cluster, both are compared table by table, and the Service
routes to the Cluster. The single server is stopped and keeps its volume. With --from-backup a verified backup is restored
instead, as for a server whose volume is lost. The same command again completes a move that was interrupted.`;

const switchDetails = `
It stops the services, switches their Service to that Cluster and starts them again. It undoes veza restore --to. State the
Cluster in the environment too, or the next deploy is refused.`;

/** Adds `veza database move` and `veza database switch`. */
export function addDatabaseCommands(program: Command, project: VezaProject, system: System): void {
  const group = program.command('database').description('Move the database of an environment into a cluster.');
  const move = group
    .command('move')
    .description('Move the database from the single server into the cluster that the environment states.')
    .addArgument(createEnvironmentArgument(project))
    .option('--from-backup <backup>', 'restore this backup instead of one of the single server')
    .addOption(createYesOption())
    .addHelpText('after', moveDetails)
    .action((environment: Environment, options: MoveOptions) =>
      runMove(project.platform, system, environment, options),
    );
  addExamples(move, 'database move production', 'database move production --from-backup 20261125T021500Z');
  const change = group
    .command('switch')
    .description('Switch the services to another Cluster of the environment.')
    .addArgument(createEnvironmentArgument(project))
    .argument('<cluster>', 'name of the Cluster, as kubectl get clusters.postgresql.cnpg.io prints it')
    .addOption(createYesOption())
    .addHelpText('after', switchDetails)
    .action((environment: Environment, cluster: string, { yes = false }: MoveOptions) =>
      runSwitch(project.platform, system, environment, cluster, yes),
    );
  addExamples(change, 'database switch production postgres-cluster');
}

async function runMove(
  platform: Platform,
  system: System,
  environment: Environment,
  { fromBackup, yes = false }: MoveOptions,
): Promise<void> {
  const { cluster } = requireClusterDatabase(environment);
  if (fromBackup !== undefined) parseBackupName(fromBackup, environment.name);
  const source = fromBackup === undefined ? 'its single server' : `backup ${fromBackup}`;
  const action = `this stops the services of ${environment.name} and moves their database from ${source} into Cluster ${cluster}`;
  await runDatabase(system, environment, { platform, action, yes, title: `move to ${cluster}` }, async (context) => {
    const backup = await moveDatabase(context, fromBackup);
    print(
      system,
      backup === undefined
        ? `the database of ${environment.name} is in Cluster ${cluster} already; completed the move`
        : `moved the database of ${environment.name} into Cluster ${cluster} from backup ${backup}`,
    );
    print(system, `deploy the rest of the change: npx veza deploy ${environment.name} <version>`);
    print(
      system,
      'the volume data-postgres-0 of the single server is kept. To return to it, and lose what is written since:',
    );
    for (const line of listReturnCommands(context)) print(system, `  ${line}`);
  });
}

async function runSwitch(
  platform: Platform,
  system: System,
  environment: Environment,
  cluster: string,
  yes: boolean,
): Promise<void> {
  requireClusterDatabase(environment);
  const action = `this stops the services of ${environment.name} and switches them to Cluster ${cluster}`;
  await runDatabase(system, environment, { platform, action, yes, title: `switch to ${cluster}` }, async (context) => {
    // What its data began with does not change how the services reach it.
    await switchCluster(context, withCluster(environment, cluster, { kind: 'empty' }));
    print(system, `the services of ${environment.name} use Cluster ${cluster}; state it in the environment`);
  });
}

/** What a command about the database does, for the user. */
interface DatabaseCommand {
  readonly platform: Platform;
  /** What the user confirms. */
  readonly action: string;
  readonly yes: boolean;
  /** What holds the lock. */
  readonly title: string;
}

/** Runs the work of a command in the cluster, confirmed and under the lock. */
export async function runDatabase(
  system: System,
  environment: Environment,
  { platform, action, yes, title }: DatabaseCommand,
  work: (context: RestoreContext) => Promise<void>,
): Promise<void> {
  await runInCluster(system, environment, async (context) => {
    const wanted = listDatabasePermissions(platform, environment);
    await requirePermissions(context.kubectl, wanted, formatPermissionRemedy(environment, 'database'));
    await context.lock.waitUntilFree();
    if (!yes) await confirm(system, { action, expected: environment.name });
    await withAbortOnSignal(system, (stop) =>
      context.lock.withLock(title, stop, (held) => work({ ...context, platform, signal: held.signal, lock: held })),
    );
  });
}
