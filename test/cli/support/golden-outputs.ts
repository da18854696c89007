import { runCli } from './call-veza';

/** Commands whose output is committed as it is, each with the file of test/cli/golden that holds it. */
const commands: Readonly<Record<string, readonly string[]>> = {
  help: ['--help'],
  'help-synth': ['synth', '--help'],
  'help-lint': ['lint', '--help'],
  'help-diff': ['diff', '--help'],
  'help-diagram': ['diagram', '--help'],
  'help-compose': ['compose', '--help'],
  'help-images': ['images', '--help'],
  'help-deploy': ['deploy', '--help'],
  'help-rollback': ['rollback', '--help'],
  'help-releases': ['releases', '--help'],
  'help-health': ['health', '--help'],
  'help-smoke': ['smoke', '--help'],
  'help-backup': ['backup', '--help'],
  'help-backup-create': ['backup', 'create', '--help'],
  'help-backup-list': ['backup', 'list', '--help'],
  'help-restore': ['restore', '--help'],
  'help-database': ['database', '--help'],
  'help-database-move': ['database', 'move', '--help'],
  'help-database-switch': ['database', 'switch', '--help'],
  'help-preview': ['preview', '--help'],
  'help-preview-delete': ['preview', 'delete', '--help'],
  'help-preview-sweep': ['preview', 'sweep', '--help'],
  'help-permissions': ['permissions', '--help'],
  'help-notify': ['notify', '--help'],
  'help-completion': ['completion', '--help'],
  'unknown-command': ['deplyo'],
  'unknown-help': ['help', 'deplyo'],
  'unknown-help-backup': ['backup', 'help', 'lits'],
  'unknown-option': ['deploy', 'staging', 'v1.2.3', '--servce', 'chat-server'],
  'missing-argument': ['restore', 'staging'],
  'unknown-environment': ['health', 'prod'],
  'malformed-version': ['deploy', 'staging', 'latest'],
  'digest-of-all-services': ['deploy', 'staging', `v1.2.3@sha256:${'0'.repeat(64)}`],
  'unknown-service': ['deploy', 'staging', 'v1.2.3', '--service', 'chat'],
  'no-reason': ['deploy', 'staging', 'v1.2.3', '--skip-backup', 'urgent'],
  'malformed-backup-name': ['restore', 'staging', 'yesterday'],
  'malformed-base-url': ['smoke', 'staging', '--base-url', 'localhost'],
  'lint-findings': ['lint', 'test/cli/golden/input/dangling-account.yaml'],
  'lint-findings-json': ['lint', 'test/cli/golden/input/dangling-account.yaml', '--format', 'json'],
  'permissions-health': ['permissions', 'staging', '--for', 'health', '--user', 'ada'],
};

/** Names of the commands that have a file with their help. */
export const commandsWithHelp: readonly string[] = Object.values(commands)
  .filter((args) => args.at(-1) === '--help')
  .map((args) => args.slice(0, -1).join(' '));

/** The content of every golden file, by its path in the project: the call, what it wrote, and its exit code. */
export async function goldenOutputs(): Promise<Record<string, string>> {
  const outputs: Record<string, string> = {};
  for (const [name, args] of Object.entries(commands)) {
    const { status, out, err } = await runCli(args);
    const errors = err === '' ? [] : [`--- stderr\n${err}`];
    outputs[`test/cli/golden/${name}.txt`] = [
      `$ veza ${args.join(' ')}\n`,
      out,
      ...errors,
      `--- exit ${status}\n`,
    ].join('');
  }
  return outputs;
}
