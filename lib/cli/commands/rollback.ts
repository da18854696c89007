import Table from 'cli-table3';
import type { Command } from 'commander';
import { Helm } from '../../cluster/helm';
import type { Revision } from '../../cluster/helm-client';
import { runMutation } from '../../cluster/mutation';
import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { permissionErrors, requireDeployPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { activeRestoreProblems } from '../../operations/deploy/preflight/preflight';
import { describeRevision, selectRollbackTarget } from '../../operations/rollback/release-history';
import { rollBack } from '../../operations/rollback/rollback';
import type { Environment } from '../../platform/environment';
import { throwIfInvalid, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { addExamples, environmentArgument, type VezaProject, yesOption } from '../arguments';
import { confirm } from '../confirm';
import { withNotification } from '../notifications';
import { runProgram, withAbortOnSignal } from '../run-command';
import { createProgress } from '../terminal-progress';

/** Adds `veza rollback`, and `veza releases`, which lists what can be rolled back to. */
export function addRollbackCommands(program: Command, project: VezaProject): void {
  const rollback = program
    .command('rollback')
    .description('Roll back to an earlier release. The database stays as it is.')
    .addArgument(environmentArgument(project))
    .argument('[revision]', 'revision of Helm to roll back to (default: the last successful one before the newest)')
    .addOption(yesOption())
    .action((environment: Environment, revision: string | undefined, { yes = false }: { readonly yes?: boolean }) =>
      runRollback(project.platform, environment, revision, yes),
    );
  addExamples(rollback, 'rollback production', 'rollback production 12');

  const releases = program
    .command('releases')
    .description('List the releases that were deployed, the newest last.')
    .addArgument(environmentArgument(project))
    .action(printReleases);
  addExamples(releases, 'releases production');
}

async function runRollback(
  platform: Platform,
  environment: Environment,
  revision: string | undefined,
  yes: boolean,
): Promise<void> {
  const { name, namespace, deployment } = environment;
  const kubectl = await connect(environment, runProgram);
  const helm = await Helm.create(kubectl.context, namespace, runProgram);
  const progress = createProgress(process.stdout, process.env);
  const lock = new OperationLock({ kubectl, namespace, progress, clock: systemClock });
  try {
    const { missing } = await requireDeployPermissions(kubectl, platform, environment);
    if (missing.length > 0) throw new UsageError(...permissionErrors(environment, missing));
    await lock.waitUntilFree();
    const history = await helm.history();
    const target = selectRollbackTarget(history, revision);
    throwIfInvalid(await activeRestoreProblems(kubectl, namespace));
    const release = describeRevision(target);
    console.log(`this rolls ${name} back to ${release}; data is not rolled back, the database stays as it is`);
    if (deployment.confirmed && !yes)
      await confirm({ action: `this rolls ${name} back to ${release}`, expected: name });
    const context = { environment, kubectl, helm, lock, progress, clock: systemClock };
    await withNotification(`${name} was not rolled back to ${release}`, () =>
      withAbortOnSignal((stop) => runMutation(() => rollBack(target, history, context, stop), stop)),
    );
  } finally {
    progress.stop();
  }
}

async function printReleases(environment: Environment): Promise<void> {
  const kubectl = await connect(environment, runProgram);
  const helm = await Helm.create(kubectl.context, environment.namespace, runProgram);
  const history = await helm.history();
  console.log(history.length === 0 ? `nothing was deployed to ${environment.name} yet` : releaseTable(history));
}

function releaseTable(history: readonly Revision[]): string {
  const table = new Table({ head: ['revision', 'release', 'state', 'time', 'what'], style: { head: [], border: [] } });
  for (const { revision, app_version, status, updated, description } of history) {
    table.push([revision, app_version, status, new Date(updated).toISOString(), description]);
  }
  return table.toString();
}
