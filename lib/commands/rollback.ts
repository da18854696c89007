import { begun } from '../operations/begun';
import { systemClock } from '../operations/clock';
import { rollBack } from '../operations/deploy/roll-back';
import { rollbackAim } from '../operations/deploy/rollback-aim';
import { Helm } from '../operations/helm';
import { OperationLease } from '../operations/lease';
import { accessProblems, requireAccess } from '../operations/preflight/access';
import { restoreProblems } from '../operations/preflight/restore';
import { progressOn } from '../operations/progress';
import { clusterOf } from '../operations/target';
import { reject, UsageError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirmation';
import { interruptible } from './interruption';
import { run } from './run';
import { told } from './told';

/** Takes an environment back to an earlier release. */
async function rollback(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage: 'npm run rollback -- <environment> [revision] [--yes]',
    words: [1, 2],
    options: { yes: { type: 'boolean', default: false } },
  });
  const environment = environmentNamed(words[0]);
  const { name, namespace, deployment } = environment;
  const kubectl = await clusterOf(environment);
  const helm = await Helm.of(kubectl.context, namespace);
  const progress = progressOn(process.stdout, process.env);
  const lease = new OperationLease({ kubectl, namespace, progress, clock: systemClock });
  try {
    const { missing } = await requireAccess(kubectl, veza, environment);
    if (missing.length > 0) throw new UsageError(...accessProblems(environment, missing));
    await lease.untilFree();
    const history = await helm.history();
    const aim = rollbackAim(history, words[1]);
    reject(await restoreProblems(kubectl, namespace));
    const release = `revision ${aim.revision} (${aim.app_version})`;
    console.log(`${name} goes back to ${release}. Data is not rolled back: the database stays as it is now.`);
    if (deployment.confirmed && !options.yes) {
      await confirmed({ what: `this takes ${name} back to ${release}`, word: name });
    }
    const crew = { kubectl, helm, lease, progress, clock: systemClock };
    await told(`${name} did not go back to ${release}`, () =>
      interruptible((stop) => begun(() => rollBack(aim, { environment, history }, crew, stop), stop)),
    );
  } finally {
    progress.close();
  }
}

void run(() => rollback(process.argv.slice(2)));
