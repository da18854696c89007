import { releaseSchema } from '../environments/release';
import { systemClock } from '../operations/clock';
import { backupRemark } from '../operations/deploy/backup-first';
import { deployOrder } from '../operations/deploy/deploy-order';
import type { Order, Plan } from '../operations/deploy/plan';
import { Helm } from '../operations/helm';
import { OperationLease } from '../operations/lease';
import { progressOn } from '../operations/progress';
import { type Address, addressOf } from '../operations/smoke/address';
import { requireAnswers } from '../operations/smoke/require-answers';
import { clusterOf } from '../operations/target';
import { problemsOf, UsageError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirmation';
import { interruptible } from './interruption';
import { run } from './run';
import { told } from './told';

const usage =
  'npm run deploy -- <environment> <version> [--service NAME]... [--yes] [--dry-run] [--base-url URL] [--skip-backup REASON]';

/** Takes a release to an environment, tells how it went, and tells the webhook too. */
async function deployCommand(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage,
    words: [2, 2],
    options: {
      service: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      'base-url': { type: 'string' },
      'skip-backup': { type: 'string' },
    },
  });
  const order: Order = {
    platform: veza,
    environment: environmentNamed(words[0]),
    version: version(words[1]),
    services: options.service.map(service),
    dryRun: options['dry-run'],
    skipBackup: options['skip-backup'] === undefined ? undefined : skipReason(options['skip-backup']),
  };
  const address = options['base-url'] === undefined ? undefined : addressOf(options['base-url']);
  const work = () => carryOut(order, options.yes, address);
  if (order.dryRun) console.log(await work());
  else await told(`${order.version} was not deployed to ${order.environment.name}`, work);
}

function version(text = ''): string {
  const [problem] = problemsOf(releaseSchema, text, 'version');
  if (problem !== undefined) throw new UsageError(problem);
  return text;
}

function service(name: string): string {
  const known: readonly string[] = veza.services.map((contract) => contract.name);
  if (known.includes(name)) return name;
  throw new UsageError(`--service ${JSON.stringify(name)}: is no service; use one of ${known.join(', ')}`);
}

/** It is one line of the history and of the notification. */
function skipReason(text: string): string {
  const reason = text.trim().replace(/\s+/g, ' ');
  if (reason.length >= 10 && reason.length <= 200) return reason;
  throw new UsageError(
    `--skip-backup ${JSON.stringify(text)}: give the reason in 10 to 200 characters; it is recorded`,
  );
}

async function carryOut(order: Order, yes: boolean, address: Address | undefined): Promise<string> {
  const { environment, version } = order;
  const kubectl = await clusterOf(environment);
  const { namespace } = environment;
  const progress = progressOn(process.stdout, process.env);
  const crew = {
    kubectl,
    helm: await Helm.of(kubectl.context, namespace),
    lease: new OperationLease({ kubectl, namespace, progress, clock: systemClock }),
    progress,
    clock: systemClock,
    say: (line: string) => console.log(line),
    smoke: (signal: AbortSignal) => requireAnswers(veza, environment, { address, signal }, console.log),
  };
  try {
    const confirm = async (plan: Plan) => {
      const what = `this deploys ${version} to ${environment.name}${backupRemark(plan)}`;
      if (environment.deployment.confirmed && !yes) await confirmed({ what, word: environment.name });
    };
    return await deployOrder(order, crew, { confirm, stoppable: interruptible });
  } finally {
    progress.close();
  }
}

void run(() => deployCommand(process.argv.slice(2)));
