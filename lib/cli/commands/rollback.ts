import { Helm } from '../../cluster/helm';
import { runMutation } from '../../cluster/mutation';
import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { permissionErrors, requireDeployPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { activeRestoreProblems } from '../../operations/deploy/preflight/preflight';
import { describeRevision, selectRollbackTarget } from '../../operations/rollback/release-history';
import { rollBack } from '../../operations/rollback/rollback';
import { throwIfInvalid, UsageError } from '../../platform/errors';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { confirm } from '../confirm';
import { withNotification } from '../notifications';
import { runCommand, withAbortOnSignal } from '../run-command';
import { createProgress } from '../terminal-progress';

/** Takes an environment back to an earlier release. */
async function rollback(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage: 'npm run rollback -- <environment> [revision] [--yes]',
    positionals: [1, 2],
    options: { yes: { type: 'boolean', default: false } },
  });
  const environment = findEnvironment(words[0]);
  const { name, namespace, deployment } = environment;
  const kubectl = await connect(environment);
  const helm = await Helm.create(kubectl.context, namespace);
  const progress = createProgress(process.stdout, process.env);
  const lock = new OperationLock({ kubectl, namespace, progress, clock: systemClock });
  try {
    const { missing } = await requireDeployPermissions(kubectl, veza, environment);
    if (missing.length > 0) throw new UsageError(...permissionErrors(environment, missing));
    await lock.waitUntilFree();
    const history = await helm.history();
    const target = selectRollbackTarget(history, words[1]);
    throwIfInvalid(await activeRestoreProblems(kubectl, namespace));
    const release = describeRevision(target);
    console.log(`this rolls ${name} back to ${release}; data is not rolled back, the database stays as it is`);
    if (deployment.confirmed && !options.yes) {
      await confirm({ what: `this rolls ${name} back to ${release}`, word: name });
    }
    const context = { environment, kubectl, helm, lock, progress, clock: systemClock };
    await withNotification(`${name} was not rolled back to ${release}`, () =>
      withAbortOnSignal((stop) => runMutation(() => rollBack(target, history, context, stop), stop)),
    );
  } finally {
    progress.stop();
  }
}

void runCommand(() => rollback(process.argv.slice(2)));
