import { releaseSchema } from '../environments/release';
import { deploy } from '../operations/deploy/deploy';
import type { Order } from '../operations/deploy/plan';
import { Helm } from '../operations/helm';
import { notify } from '../operations/notify';
import { progressOn } from '../operations/progress';
import { type Address, addressOf } from '../operations/smoke/address';
import { requireAnswers } from '../operations/smoke/require-answers';
import { clusterOf } from '../operations/target';
import { FailedError, problemsOf, UsageError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirmation';
import { run } from './run';

const usage =
  'npm run deploy -- <environment> <version> [--service NAME]... [--yes] [--dry-run] [--base-url URL] [--abandoned]';

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
      abandoned: { type: 'boolean', default: false },
    },
  });
  const order: Order = {
    platform: veza,
    environment: environmentNamed(words[0]),
    version: version(words[1]),
    services: options.service.map(service),
    dryRun: options['dry-run'],
    abandoned: options.abandoned,
  };
  const address = options['base-url'] === undefined ? undefined : addressOf(options['base-url']);
  await told(order, () => carryOut(order, options.yes, address));
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

async function carryOut(order: Order, yes: boolean, address: Address | undefined): Promise<string> {
  const { environment } = order;
  const kubectl = await clusterOf(environment);
  const helm = await Helm.of(kubectl.context, environment.namespace);
  const progress = progressOn(process.stdout, process.env);
  const what = `this deploys ${order.version} to ${environment.name}`;
  try {
    return await deploy(order, {
      kubectl,
      helm,
      progress,
      say: (line) => console.log(line),
      confirm: async () => {
        if (environment.deployment.confirmed && !yes) await confirmed({ what, word: environment.name });
      },
      smoke: () => requireAnswers(veza, environment, { address }, console.log),
    });
  } finally {
    progress.close();
  }
}

/** Tells of the end of a deploy, whichever it is. A dry run is nobody else's business. */
async function told({ version, environment, dryRun }: Order, work: () => Promise<string>): Promise<void> {
  const tell = async (text: string) => (dryRun ? undefined : notify(text, process.env.SLACK_WEBHOOK_URL));
  try {
    const done = await work();
    console.log(done);
    await tell(done);
  } catch (error) {
    if (error instanceof FailedError) {
      await tell(`${version} was not deployed to ${environment.name}: ${error.problems.join('; ')}`);
    }
    throw error;
  }
}

void run(() => deployCommand(process.argv.slice(2)));
