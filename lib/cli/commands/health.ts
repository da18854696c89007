import Table from 'cli-table3';
import type { Command } from 'commander';
import { connect } from '../../cluster/operation-context';
import { systemClock } from '../../cluster/wait';
import { checkHealth, type Health } from '../../operations/health/health';
import { requireHealthPermissions } from '../../operations/health/health-permissions';
import { takeSnapshot } from '../../operations/health/snapshot';
import { type Address, parseBaseUrl } from '../../operations/smoke/http-probe';
import { runSmokeTests } from '../../operations/smoke/smoke-test';
import type { Environment } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { addExamples, environmentArgument, type Format, formatOption, type VezaProject } from '../arguments';
import { runProgram } from '../run-command';

/** Adds `veza health`, which looks from inside the cluster, and `veza smoke`, which looks from outside. */
export function addHealthCommands(program: Command, project: VezaProject): void {
  const { platform } = project;
  const health = program
    .command('health')
    .description('Check an environment in the cluster. Exit status 1 if a check failed.')
    .addArgument(environmentArgument(project))
    .addOption(formatOption())
    .action((environment: Environment, { format }: { readonly format: Format }) =>
      printHealth(platform, environment, format),
    );
  addExamples(health, 'health production', 'health production --format json');

  const smoke = program
    .command('smoke')
    .description('Send requests to the public services. Exit status 1 if a response is wrong.')
    .addArgument(environmentArgument(project))
    .option('--base-url <url>', 'send the requests to http(s)://host[:port] instead of the public hosts', parseBaseUrl)
    .action((environment: Environment, { baseUrl }: { readonly baseUrl?: Address }) =>
      runSmokeTests(platform, environment, { address: baseUrl, clock: systemClock }, console.log),
    );
  addExamples(smoke, 'smoke production', 'smoke staging --base-url http://localhost:8080');
}

async function printHealth(platform: Platform, environment: Environment, format: Format): Promise<void> {
  const kubectl = await connect(environment, runProgram);
  await requireHealthPermissions(kubectl, platform, environment);
  const health = checkHealth(environment, await takeSnapshot(kubectl, platform, environment, systemClock));
  console.log(format === 'json' ? JSON.stringify(health, null, 2) : healthTable(health));
  if (!health.healthy) process.exitCode = 1;
}

/** No lines between rows and columns. */
const plain = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Formats the health of an environment as a table, with a last line that counts the rows by state. */
export function healthTable({ environment, healthy, rows }: Health): string {
  const table = new Table({
    head: ['state', 'check', 'object', 'detail'],
    chars: plain,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(({ state, check, object, detail }) => [state, check, object, detail]));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [...lines, '', `${environment} is ${healthy ? 'healthy' : 'not healthy'}: ${countStates(rows)}`].join('\n');
}

function countStates(rows: Health['rows']): string {
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return `${count('failed')} failed, ${count('warning')} warnings, ${count('ok')} ok`;
}
