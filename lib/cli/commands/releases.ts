import Table from 'cli-table3';
import { Helm } from '../../cluster/helm';
import type { Revision } from '../../cluster/helm-client';
import { connect } from '../../cluster/operation-context';
import { commandArguments, findEnvironment } from '../arguments';
import { runCommand } from '../run-command';

/** Shows what was deployed to an environment, the newest last, as Helm remembers it. */
async function releases(args: readonly string[]): Promise<void> {
  const { positionals: words } = commandArguments(args, {
    usage: 'npm run releases -- <environment>',
    positionals: [1, 1],
    options: {},
  });
  const environment = findEnvironment(words[0]);
  const kubectl = await connect(environment);
  const helm = await Helm.create(kubectl.context, environment.namespace);
  const history = await helm.history();
  console.log(history.length === 0 ? `nothing was deployed to ${environment.name} yet` : table(history));
}

function table(history: readonly Revision[]): string {
  const rows = new Table({ head: ['revision', 'release', 'state', 'time', 'what'], style: { head: [], border: [] } });
  for (const { revision, app_version, status, updated, description } of history) {
    rows.push([revision, app_version, status, new Date(updated).toISOString(), description]);
  }
  return rows.toString();
}

void runCommand(() => releases(process.argv.slice(2)));
