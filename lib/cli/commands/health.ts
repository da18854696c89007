import { connect } from '../../cluster/operation-context';
import { checkHealth } from '../../operations/health/health';
import { requireHealthPermissions } from '../../operations/health/health-permissions';
import { takeSnapshot } from '../../operations/health/snapshot';
import { UsageError } from '../../platform/errors';
import { veza } from '../../veza/veza';
import { commandArguments, findEnvironment } from '../arguments';
import { healthTable } from '../health-table';
import { runCommand } from '../run-command';

const usage = 'npm run health -- <environment> [--format human|json]';

/** What is well and what is not in an environment. Anything bad is exit code 1; the table has said what. */
async function health(args: readonly string[]): Promise<void> {
  const { positionals: words, options } = commandArguments(args, {
    usage,
    positionals: [1, 1],
    options: { format: { type: 'string', default: 'human' } },
  });
  const environment = findEnvironment(words[0]);
  const { format } = options;
  if (format !== 'human' && format !== 'json') {
    throw new UsageError(`${JSON.stringify(format)} is no format; usage: ${usage}`);
  }
  const kubectl = await connect(environment);
  await requireHealthPermissions(kubectl, veza, environment);
  const found = checkHealth(environment, await takeSnapshot(kubectl, veza, environment));
  console.log(format === 'json' ? JSON.stringify(found, null, 2) : healthTable(found));
  if (!found.healthy) process.exitCode = 1;
}

void runCommand(() => health(process.argv.slice(2)));
