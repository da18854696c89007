import { goBack, revisionBefore } from '../operations/deploy/go-back';
import { Rollout } from '../operations/deploy/rollout';
import { Helm, type Revision } from '../operations/helm';
import { notify } from '../operations/notify';
import { restoreProblems } from '../operations/preflight/restore';
import { progressOn } from '../operations/progress';
import { clusterOf } from '../operations/target';
import { reject, UsageError } from '../problems';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirmation';
import { run } from './run';

/** Takes an environment back to an earlier release. */
async function rollback(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage: 'npm run rollback -- <environment> [revision] [--yes]',
    words: [1, 2],
    options: { yes: { type: 'boolean', default: false } },
  });
  const environment = environmentNamed(words[0]);
  const kubectl = await clusterOf(environment);
  const helm = await Helm.of(kubectl.context, environment.namespace);
  const aim = aimOf(await helm.history(), words[1]);
  const release = `revision ${aim.revision} (${aim.app_version})`;
  console.log(`${environment.name} goes back to ${release}. Data is not rolled back: the database stays as it is now.`);
  if (environment.deployment.confirmed && !options.yes) {
    await confirmed({ what: `this takes ${environment.name} back to ${release}`, word: environment.name });
  }
  reject(await restoreProblems(kubectl, environment.namespace));
  const progress = progressOn(process.stdout, process.env);
  try {
    progress.step(`go back to ${release}`);
    const { timeoutSeconds } = environment.deployment;
    await goBack({ helm, rollout: Rollout.of(environment, { kubectl, progress }), timeoutSeconds }, aim);
    progress.done('everything is ready');
  } finally {
    progress.close();
  }
  const done = `${environment.name} is back at ${release}; data was not rolled back`;
  console.log(done);
  await notify(done, process.env.SLACK_WEBHOOK_URL);
}

/** The revision that is asked for, or the one in force before. */
function aimOf(history: readonly Revision[], asked: string | undefined): Revision {
  const revisions = history.map(({ revision }) => revision).join(', ');
  if (asked === undefined) {
    const before = revisionBefore(history);
    if (before) return before;
    throw new UsageError(`there is no earlier release to go back to; there are revisions ${revisions || 'none'}`);
  }
  const found = history.find(({ revision }) => String(revision) === asked);
  if (found) return found;
  throw new UsageError(`${JSON.stringify(asked)} is no revision; there are ${revisions || 'none'}`);
}

void run(() => rollback(process.argv.slice(2)));
