import { type Command, Option } from 'commander';
import { collapseWhitespace } from '../../cluster/format';
import { deploy } from '../../operations/deploy/deploy';
import type { DeployRequest } from '../../operations/deploy/deploy-context';
import { formatBackupRemark } from '../../operations/deploy/pre-deploy-backup';
import { type PublishContext, publishRelease } from '../../operations/deploy/publish-release';
import { type Address, parseBaseUrl } from '../../operations/smoke/http-probe';
import { runSmokeTests } from '../../operations/smoke/smoke-test';
import type { Environment } from '../../platform/environment';
import { findSchemaProblems, UsageError } from '../../platform/errors';
import { hasDigest, releaseSchema } from '../../platform/release';
import { findGitOpsTool } from '../../platform/settings/deployment';
import { addExamples, collect, createEnvironmentArgument, createYesOption, type VezaProject } from '../arguments';
import { withNotification } from '../notifications';
import { type CommandContext, confirm, runInCluster, withAbortOnSignal } from '../run-command';
import { print, type System } from '../system';
import { synthesizeOne } from './synth';

interface DeployOptions {
  readonly service: readonly string[];
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly baseUrl?: Address;
  readonly skipBackup?: string;
}

const details = `
It runs the preflight checks, prints what will change, asks for confirmation where the environment demands it, backs up
the database, runs the migration, upgrades the Helm release, waits until everything is ready and runs the smoke tests. If
one of the last three steps fails, it rolls back. Where Argo CD or Flux delivers, it runs the preflight checks, writes dist/,
prints what to commit, waits until the cluster runs the release and runs the smoke tests. It sends the result to the webhook in SLACK_WEBHOOK_URL.

Ctrl-C and SIGTERM roll the deploy back. npm and npx do not pass SIGTERM on: where the command must receive a signal, as
in a pipeline, replace the shell with Node.js:
  exec node lib/cli/veza.js deploy production v1.2.3 --yes
and in a project that installed the package:
  exec node node_modules/.bin/veza deploy production v1.2.3 --yes`;

export function addDeployCommand(program: Command, project: VezaProject, system: System): void {
  const services = project.platform.services.map(({ name }) => name);
  const service = new Option('--service <name>', 'deploy this service only; repeatable')
    .argParser(collect((name) => parseService(name, services)))
    .default([], 'all services');
  // Commander's own choices would replace the parser; these are what --help and the completion show.
  service.argChoices = services;
  const command = program
    .command('deploy')
    .description('Deploy a release to an environment, and roll back if it fails.')
    .addArgument(createEnvironmentArgument(project))
    .argument('<version>', 'version to deploy, such as v1.2.3 or v1.2.3-rc.1', parseVersion)
    .addOption(service)
    .addOption(createYesOption())
    .option('--dry-run', 'print what would change, and change nothing')
    .option('--skip-backup <reason>', 'do not back up the database; the reason is recorded', parseSkipReason)
    .option(
      '--base-url <url>',
      'send the smoke tests to http(s)://host[:port] instead of the public hosts',
      parseBaseUrl,
    )
    .addHelpText('after', details)
    .action((environment: Environment, version: string, options: DeployOptions) => {
      const { service: services, dryRun = false, skipBackup, yes = false, baseUrl: address } = options;
      if (hasDigest(version) && services.length !== 1) {
        throw new UsageError(`${version} has the digest of one image; deploy its service alone: --service NAME`);
      }
      const request: DeployRequest = { version, services, dryRun, skipBackup };
      return deployAndNotify(project, system, { environment, request, yes, address });
    });
  addExamples(command, 'deploy staging v1.2.3 --service chat-server', 'deploy production v1.2.3 --dry-run');
}

/** A deploy as the command line asks for it. */
interface DeployCall {
  readonly environment: Environment;
  readonly request: DeployRequest;
  /** Whether it is confirmed already. */
  readonly yes: boolean;
  /** Where the smoke tests are sent. @default - to the public hosts */
  readonly address?: Address;
}

async function deployAndNotify(project: VezaProject, system: System, call: DeployCall): Promise<void> {
  const { environment, request } = call;
  const work = () => runInCluster(system, environment, (context) => runDeploy(project, system, call, context));
  if (request.dryRun) print(system, await work());
  else await withNotification(system, `${request.version} was not deployed to ${environment.name}`, work);
}

/** Deploys with Helm, or writes the release for the GitOps tool that delivers the environment. */
async function runDeploy(
  project: VezaProject,
  system: System,
  { environment, request, yes, address }: DeployCall,
  context: CommandContext,
): Promise<string> {
  const { platform, sourceFile } = project;
  const { name, namespace, deployment } = environment;
  const { clock } = context;
  const printLine = (line: string) => print(system, line);
  const confirmAction = async (action: string) => {
    if (deployment.confirmed && !yes) await confirm(system, { action, expected: name });
  };
  const shared = {
    ...context,
    platform,
    print: printLine,
    runSmokeTests: (signal: AbortSignal) => runSmokeTests(platform, environment, { address, signal, clock }, printLine),
  };
  const tool = findGitOpsTool(deployment.delivery);
  if (tool === undefined) {
    const helm = await system.clients.helm(context.kubectl.context, namespace);
    return deploy(
      request,
      { ...shared, helm },
      {
        confirm: (plan) => confirmAction(`this deploys ${request.version} to ${name}${formatBackupRemark(plan)}`),
        abortable: (work) => withAbortOnSignal(system, work),
      },
    );
  }
  const publishContext: PublishContext = {
    ...shared,
    tool,
    sourceFile: sourceFile?.(name),
    confirm: (release) => confirmAction(`this writes the manifests of ${name} at ${release} to dist`),
    write: (released) => {
      synthesizeOne(project, released, system.variables);
      return 'dist';
    },
  };
  return withAbortOnSignal(system, (signal) => publishRelease(request, publishContext, signal));
}

function parseVersion(text: string): string {
  const [problem] = findSchemaProblems(releaseSchema, text, 'version');
  if (problem !== undefined) throw new UsageError(problem);
  return text;
}

function parseService(name: string, services: readonly string[]): string {
  if (services.includes(name)) return name;
  throw new UsageError(`--service ${JSON.stringify(name)} is not a service; use one of ${services.join(', ')}`);
}

/** The reason is one line of Helm's history and of the notification. */
function parseSkipReason(text: string): string {
  const reason = collapseWhitespace(text);
  if (reason.length >= 10 && reason.length <= 200) return reason;
  throw new UsageError(
    `--skip-backup ${JSON.stringify(text)}: give the reason in 10 to 200 characters; it is recorded`,
  );
}
