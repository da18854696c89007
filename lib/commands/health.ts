import { healthOf } from '../operations/health/health';
import { requireHealthPermissions } from '../operations/health/health-permissions';
import { healthTable } from '../operations/health/health-table';
import { takeSnapshot } from '../operations/health/snapshot';
import { clusterOf } from '../operations/target';
import { UsageError } from '../problems';
import { veza } from '../veza';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

const usage = 'npm run health -- <environment> [--format human|json]';

/** What is well and what is not in an environment. Anything bad is exit code 1; the table has said what. */
async function health(args: readonly string[]): Promise<void> {
  const { words, options } = commandArguments(args, {
    usage,
    words: [1, 1],
    options: { format: { type: 'string', default: 'human' } },
  });
  const environment = environmentNamed(words[0]);
  const { format } = options;
  if (format !== 'human' && format !== 'json') {
    throw new UsageError(`${JSON.stringify(format)} is no format; usage: ${usage}`);
  }
  const kubectl = await clusterOf(environment);
  await requireHealthPermissions(kubectl, veza, environment);
  const found = healthOf(environment, await takeSnapshot(kubectl, veza, environment));
  console.log(format === 'json' ? JSON.stringify(found, null, 2) : healthTable(found));
  if (!found.healthy) process.exitCode = 1;
}

void run(() => health(process.argv.slice(2)));
