import { type Arguments, readArguments } from './arguments';
import { Client, Exit, exitCode, kubeconfig } from './client';
import { io } from './io';
import { apply, diff } from './kubectl-apply';
import { annotate, deleteObjects, patchObject, scale } from './kubectl-changes';
import { get } from './kubectl-get';
import { exec, logs, rolloutStatus, wait } from './kubectl-pods';
import { createFrom, replaceFrom } from './kubectl-writes';

const switches = [
  'ignore-not-found',
  'server-side',
  'force-conflicts',
  'previous',
  'all-namespaces',
  'install',
  'client',
  'overwrite',
  'minify',
  'stdin',
  'all',
  'list',
  'quiet',
];

/** What a verb does: its exit code, when it is done. */
export type Verb = (client: Client, args: Arguments) => Promise<number>;

const verbs: Readonly<Record<string, Verb>> = {
  get,
  apply,
  diff,
  annotate,
  scale,
  wait,
  logs,
  exec,
  create: createFrom,
  replace: replaceFrom,
  delete: deleteObjects,
  patch: patchObject,
  rollout: rolloutStatus,
  version: async (client) => {
    const { gitVersion } = await client.json<{ gitVersion: string }>('/version');
    io().out(`Client Version: v1.32.3\nServer Version: ${gitVersion}\n`);
    return 0;
  },
};

/** Answers as kubectl does, as far as the operations commands ask; returns its exit code. */
export function kubectl(args: readonly string[]): Promise<number> {
  return exitCode(() => answer(args));
}

async function answer(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, switches);
  const [verb = '', ...words] = parsed.words;
  if (verb === 'config') return config(words[0] ?? '', parsed.one('output'));
  const run = verbs[verb];
  if (!run) throw new Exit(1, `error: unknown command "${verb}" for "kubectl"`);
  return run(Client.of(parsed.one('context'), 'kubectl'), { ...parsed, words });
}

function config(verb: string, output = ''): number {
  const known = kubeconfig();
  const current = known['current-context'];
  const contexts = (known.contexts ?? []).map(({ name }) => name).join('\n');
  const answers: Readonly<Record<string, string>> = {
    'get-contexts': contexts,
    view: output === 'jsonpath={.current-context}' ? (current ?? '') : JSON.stringify(known, null, 4),
  };
  io().out(`${answers[verb] ?? ''}\n`);
  return 0;
}
