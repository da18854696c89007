import { readArguments } from './arguments';
import { Client, Exit, exitCode, Refusal } from './client';
import { chartAt } from './helm-chart';
import { get, history, list, status } from './helm-history';
import { rollback, uninstall, upgrade } from './helm-release-changes';
import { Releases } from './helm-releases';
import { io } from './io';

const switches = [
  'install',
  'take-ownership',
  'wait',
  'atomic',
  'rollback-on-failure',
  'force-conflicts',
  'create-namespace',
  'cleanup-on-fail',
  'wait-for-jobs',
  'strict',
  'debug',
];

/**
 * Answers as Helm does, as far as the operations commands ask; returns its exit code. HELM_STAND_IN says as which version:
 * v3.17.2 or v4.2.3.
 */
export function helm(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    try {
      return await answer(args);
    } catch (error) {
      if (error instanceof Refusal) throw new Exit(1, `Error: ${error.message}`);
      if (error instanceof Exit && error.text.startsWith('The connection')) {
        throw new Exit(1, `Error: Kubernetes cluster unreachable: ${error.text}`);
      }
      throw error;
    }
  });
}

async function answer(args: readonly string[]): Promise<number> {
  const version = io().env.HELM_STAND_IN ?? 'v3.17.2';
  const parsed = readArguments(args, switches);
  const [verb = '', ...words] = parsed.words;
  const major = Number(version[1]);
  refuseForeign(major, args);
  const say = io().out;
  if (verb === 'version') say(version);
  else if (verb === 'lint') lint(words[0] ?? '');
  else if (verb === 'template') say(chartAt(words.at(-1) ?? '').manifest);
  else {
    const client = Client.of(parsed.one('kube-context') ?? parsed.one('context'), 'helm');
    const releases = new Releases(client, parsed.one('namespace') ?? 'default');
    const run = { history, status, get, list, upgrade, rollback, uninstall }[verb];
    if (!run) throw new Exit(1, `Error: unknown command "${verb}" for "helm"`);
    say(await run({ releases, words, args: parsed, major }));
  }
  return 0;
}

/** Options that one of the two major versions does not have. */
function refuseForeign(major: number, args: readonly string[]): void {
  const foreign = major === 3 ? ['rollback-on-failure', 'force-conflicts', 'server-side'] : [];
  const found = foreign.find((name) => args.some((arg) => arg.startsWith(`--${name}`)));
  if (found !== undefined) throw new Exit(1, `Error: unknown flag: --${found}`);
}

function lint(folder: string): void {
  chartAt(folder);
  io().out(`==> Linting ${folder}\n[INFO] Chart.yaml: icon is recommended\n\n`);
  io().out('1 chart(s) linted, 0 chart(s) failed\n');
}
