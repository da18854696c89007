import { Helm } from '../../cluster/helm';
import { connect } from '../../cluster/operation-context';
import { OperationLock } from '../../cluster/operation-lock';
import { systemClock } from '../../cluster/wait';
import { deploy } from '../../operations/deploy/deploy';
import type { DeployContext, DeployPlan, DeployRequest } from '../../operations/deploy/deploy-context';
import { backupRemark } from '../../operations/deploy/pre-deploy-backup';
import { type Address, parseBaseUrl } from '../../operations/smoke/http-probe';
import { runSmokeTests } from '../../operations/smoke/smoke-test';
import { type Environment, releaseSchema } from '../../platform/environment';
import { schemaProblems, UsageError } from '../../platform/errors';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { confirm } from '../confirm';
import { withNotification } from '../notifications';
import { runCommand, withAbortOnSignal } from '../run-command';
import { createProgress } from '../terminal-progress';

const usage =
  'npm run deploy -- <environment> <version> [--service NAME]... [--yes] [--dry-run] [--base-url URL] [--skip-backup REASON]';

/** Takes a release to an environment, tells how it went, and tells the webhook too. */
async function deployCommand(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage,
    positionals: [2, 2],
    options: {
      service: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      'base-url': { type: 'string' },
      'skip-backup': { type: 'string' },
    },
  });
  const environment = findEnvironment(words[0]);
  const order: DeployRequest = {
    version: version(words[1]),
    services: options.service.map(service),
    dryRun: options['dry-run'],
    skipBackup: options['skip-backup'] === undefined ? undefined : skipReason(options['skip-backup']),
  };
  const address = options['base-url'] === undefined ? undefined : parseBaseUrl(options['base-url']);
  const work = () => carryOut(environment, order, options.yes, address);
  if (order.dryRun) console.log(await work());
  else await withNotification(`${order.version} was not deployed to ${environment.name}`, work);
}

function version(text = ''): string {
  const [problem] = schemaProblems(releaseSchema, text, 'version');
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

async function carryOut(
  environment: Environment,
  order: DeployRequest,
  yes: boolean,
  address: Address | undefined,
): Promise<string> {
  const kubectl = await connect(environment);
  const { namespace } = environment;
  const progress = createProgress(process.stdout, process.env);
  const context: DeployContext = {
    platform: veza,
    environment,
    kubectl,
    helm: await Helm.create(kubectl.context, namespace),
    lock: new OperationLock({ kubectl, namespace, progress, clock: systemClock }),
    progress,
    clock: systemClock,
    print: (line: string) => console.log(line),
    runSmokeTests: (signal: AbortSignal) => runSmokeTests(veza, environment, { address, signal }, console.log),
  };
  try {
    const confirmPlan = async (plan: DeployPlan) => {
      const what = `this deploys ${order.version} to ${environment.name}${backupRemark(plan)}`;
      if (environment.deployment.confirmed && !yes) await confirm({ what, word: environment.name });
    };
    return await deploy(order, context, { confirm: confirmPlan, abortable: withAbortOnSignal });
  } finally {
    progress.stop();
  }
}

void runCommand(() => deployCommand(process.argv.slice(2)));
