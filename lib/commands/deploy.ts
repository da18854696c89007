import type { Environment } from '../environments/environment';
import { releaseSchema } from '../environments/release';
import type { Crew } from '../operations/deploy/crew';
import { deploy } from '../operations/deploy/deploy';
import type { Order } from '../operations/deploy/plan';
import { Helm } from '../operations/helm';
import { notify } from '../operations/notify';
import { terminalProgress } from '../operations/progress';
import { clusterOf } from '../operations/target';
import { FailedError, problemsOf, UsageError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { confirmed } from './confirm';
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
  const environment = environmentNamed(words[0]);
  const order: Order = {
    platform: veza,
    environment,
    version: version(words[1]),
    services: options.service.map(service),
    dryRun: options['dry-run'],
    abandoned: options.abandoned,
  };
  const crew = await crewOf(environment, options.yes, options['base-url']);
  await told(order, deploy(order, crew));
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

async function crewOf(environment: Environment, yes: boolean, baseUrl: string | undefined): Promise<Crew> {
  const kubectl = await clusterOf(environment);
  return {
    kubectl,
    helm: await Helm.of(kubectl.context, environment.namespace),
    progress: terminalProgress(),
    say: (line) => console.log(line),
    confirm: () => confirmed(environment, yes || !environment.deployment.confirmed),
    smoke: async () => {
      baseUrl;
    },
  };
}

/** Tells the webhook of the end of a deploy, whichever it is. A dry run is nobody else's business. */
async function told({ version, environment, dryRun }: Order, work: Promise<string>): Promise<void> {
  const tell = async (text: string) => (dryRun ? undefined : notify(process.env.SLACK_WEBHOOK_URL, text));
  try {
    const done = await work;
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
