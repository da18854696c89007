import { Helm } from '../../cluster/helm';
import { runMutation } from '../../cluster/mutation';
import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { accessProblems, requireAccess } from '../../operations/deploy/preflight/access';
import { activeRestoreProblems } from '../../operations/deploy/preflight/preflight';
import { rollBack, selectRollbackTarget } from '../../operations/rollback/rollback';
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
  const lease = new OperationLock({ kubectl, namespace, progress, clock: systemClock });
  try {
    const { missing } = await requireAccess(kubectl, veza, environment);
    if (missing.length > 0) throw new UsageError(...accessProblems(environment, missing));
    await lease.waitUntilFree();
    const history = await helm.history();
    const aim = selectRollbackTarget(history, words[1]);
    throwIfInvalid(await activeRestoreProblems(kubectl, namespace));
    const release = `revision ${aim.revision} (${aim.app_version})`;
    console.log(`${name} goes back to ${release}. Data is not rolled back: the database stays as it is now.`);
    if (deployment.confirmed && !options.yes) {
      await confirm({ what: `this takes ${name} back to ${release}`, word: name });
    }
    const crew = { kubectl, helm, lease, progress, clock: systemClock };
    await withNotification(`${name} did not go back to ${release}`, () =>
      withAbortOnSignal((stop) => runMutation(() => rollBack(aim, { environment, history }, crew, stop), stop)),
    );
  } finally {
    progress.stop();
  }
}

void runCommand(() => rollback(process.argv.slice(2)));
