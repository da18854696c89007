import type { Command } from 'commander';
import { runMutation } from '../../cluster/errors';
import type { Revision } from '../../cluster/helm-client';
import { formatPermissionRemedy, listPermissions, requirePermissions } from '../../cluster/permissions';
import { formatPermissionErrors, requireDeployPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { findActiveRestore } from '../../operations/deploy/preflight/preflight';
import { describeRevision, selectRollbackTarget } from '../../operations/rollback/release-history';
import { rollBack } from '../../operations/rollback/rollback';
import type { Environment } from '../../platform/environment';
import { throwIfInvalid, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { addExamples, createEnvironmentArgument, createYesOption, type VezaProject } from '../arguments';
import { withNotification } from '../notifications';
import { type CommandContext, confirm, runInCluster, withAbortOnSignal } from '../run-command';
import { formatTable, print, type System } from '../system';

/** Adds `veza rollback`, and `veza releases`, which lists what can be rolled back to. */
export function addRollbackCommands(program: Command, project: VezaProject, system: System): void {
  const rollback = program
    .command('rollback')
    .description('Roll back to an earlier release. The database stays as it is.')
    .addArgument(createEnvironmentArgument(project))
    .argument('[revision]', 'revision of Helm to roll back to (default: the last successful one before the newest)')
    .addOption(createYesOption())
    .action((environment: Environment, revision: string | undefined, { yes = false }: { readonly yes?: boolean }) =>
      runInCluster(system, environment, (context) => runRollback(project.platform, system, context, { revision, yes })),
    );
  addExamples(rollback, 'rollback production', 'rollback production 12');

  const releases = program
    .command('releases')
    .description('List the releases that were deployed, the newest last.')
    .addArgument(createEnvironmentArgument(project))
    .action((environment: Environment) =>
      runInCluster(system, environment, (context) => printReleases(system, context)),
    );
  addExamples(releases, 'releases production');
}

async function runRollback(
  platform: Platform,
  system: System,
  context: CommandContext,
  { revision, yes }: { readonly revision: string | undefined; readonly yes: boolean },
): Promise<void> {
  const { kubectl, environment, lock } = context;
  const { name, namespace, deployment } = environment;
  const helm = await system.clients.helm(kubectl.context, namespace);
  const { missing } = await requireDeployPermissions(kubectl, platform, environment);
  if (missing.length > 0) throw new UsageError(...formatPermissionErrors(environment, missing));
  await lock.waitUntilFree();
  const history = await helm.history();
  const target = selectRollbackTarget(history, revision);
  throwIfInvalid(await findActiveRestore(kubectl, namespace));
  const release = describeRevision(target);
  const action = `this rolls ${name} back to ${release}`;
  print(system, `${action}; data is not rolled back, the database stays as it is`);
  if (deployment.confirmed && !yes) await confirm(system, { action, expected: name });
  await withNotification(system, `${name} was not rolled back to ${release}`, () =>
    withAbortOnSignal(system, (stop) => runMutation(() => rollBack(target, history, { ...context, helm }, stop), stop)),
  );
}

async function printReleases(system: System, { kubectl, environment }: CommandContext): Promise<void> {
  // Helm keeps its history in Secrets.
  const wanted = listPermissions([['secrets', 'list']], environment.namespace);
  await requirePermissions(kubectl, wanted, formatPermissionRemedy(environment));
  const helm = await system.clients.helm(kubectl.context, environment.namespace);
  const history = await helm.history();
  print(system, history.length === 0 ? `nothing was deployed to ${environment.name} yet` : formatHistory(history));
}

function formatHistory(history: readonly Revision[]): string {
  return formatTable(
    ['revision', 'release', 'state', 'time', 'what'],
    history.map(({ revision, app_version, status, updated, description }) => {
      return [revision, app_version, status, new Date(updated).toISOString(), description];
    }),
  );
}
