import type { Command } from 'commander';
import { formatPermissionRemedy, requirePermissions } from '../../cluster/permissions';
import { checkHealth, type Health } from '../../operations/health/health';
import { listHealthPermissions, takeSnapshot } from '../../operations/health/snapshot';
import { type Address, parseBaseUrl } from '../../operations/smoke/http-probe';
import { runSmokeTests } from '../../operations/smoke/smoke-test';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import {
  addExamples,
  createEnvironmentArgument,
  createFormatOption,
  type Format,
  type VezaProject,
} from '../arguments';
import { runInCluster } from '../run-command';
import { formatTable, print, type System } from '../system';

/** Adds `veza health`, which looks from inside the cluster, and `veza smoke`, which looks from outside. */
export function addHealthCommands(program: Command, project: VezaProject, system: System): void {
  const { platform } = project;
  const health = program
    .command('health')
    .description('Check an environment in the cluster. Exit status 1 if a check failed.')
    .addArgument(createEnvironmentArgument(project))
    .addOption(createFormatOption())
    .action((environment: Environment, { format }: { readonly format: Format }) =>
      printHealth(platform, system, environment, format),
    );
  addExamples(health, 'health production', 'health production --format json');

  const smoke = program
    .command('smoke')
    .description('Send requests to the public services. Exit status 1 if a response is wrong.')
    .addArgument(createEnvironmentArgument(project))
    .option('--base-url <url>', 'send the requests to http(s)://host[:port] instead of the public hosts', parseBaseUrl)
    .action((environment: Environment, { baseUrl }: { readonly baseUrl?: Address }) =>
      runSmokeTests(platform, environment, { address: baseUrl, clock: system.clock }, (line) => print(system, line)),
    );
  addExamples(smoke, 'smoke production', 'smoke staging --base-url http://localhost:8080');
}

function printHealth(platform: Platform, system: System, environment: Environment, format: Format): Promise<void> {
  return runInCluster(system, environment, async ({ kubectl, clock }) => {
    const wanted = listHealthPermissions(platform, environment);
    await requirePermissions(kubectl, wanted, formatPermissionRemedy(environment, 'health'));
    const health = checkHealth(environment, await takeSnapshot(kubectl, platform, environment, clock));
    print(system, format === 'json' ? JSON.stringify(health, null, 2) : formatHealth(health));
    // The table names what failed.
    if (!health.healthy) throw new OperationError([]);
  });
}

/** No lines between rows and columns. */
const plain = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Formats the health of an environment as a table, with a last line that counts the rows by state. */
export function formatHealth({ environment, healthy, rows }: Health): string {
  const table = formatTable(
    ['state', 'check', 'object', 'detail'],
    rows.map(({ state, check, object, detail }) => [state, check, object, detail]),
    { chars: plain, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } },
  );
  const lines = table.split('\n').map((line) => line.trimEnd());
  return [...lines, '', `${environment} is ${healthy ? 'healthy' : 'not healthy'}: ${countStates(rows)}`].join('\n');
}

function countStates(rows: Health['rows']): string {
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return `${count('failed')} failed, ${count('warning')} warnings, ${count('ok')} ok`;
}
