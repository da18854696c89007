import type { Arguments } from './arguments';
import { type Client, Exit, pathFor, Refusal } from './client';
import { io } from './io';
import { nameOf } from './kubectl-apply';
import { listed, namespaceOf, type Target, targetsOf } from './kubectl-get';
import { objectsOfFile } from './manifests';

/** Objects that a call names, by file, by name or by selector. */
async function named(client: Client, args: Arguments): Promise<(Target & { name: string; namespace?: string })[]> {
  const files = args.all('filename').flatMap(objectsOfFile);
  const fromFiles = files.map(async (object) => {
    return { kind: await client.kindOf(object), name: object.metadata.name, namespace: object.metadata.namespace };
  });
  if (files.length > 0) return Promise.all(fromFiles);
  const found = (await targetsOf(client, args.words)).map(async ({ kind, name }) =>
    name !== undefined
      ? [{ kind, name }]
      : (await listed(client, kind, args)).map(({ metadata }) => ({ kind, name: metadata.name })),
  );
  return (await Promise.all(found)).flat();
}

/** `kubectl delete`. */
export async function deleteObjects(client: Client, args: Arguments): Promise<number> {
  let status = 0;
  for (const { kind, name, namespace } of await named(client, args)) {
    const propagationPolicy = args.one('cascade') === 'orphan' ? 'Orphan' : 'Background';
    const path = pathFor(kind, namespace ?? namespaceOf(args), name);
    try {
      await client.text(path, { method: 'DELETE', query: { propagationPolicy } });
      io().out(`${nameOf(kind, { metadata: { name } }).replace('/', ' "')}" deleted\n`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 404 && args.has('ignore-not-found')) continue;
      io().err(`Error from server (${error.reason}): ${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

const patchTypes: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** `kubectl patch`. */
export async function patchObject(client: Client, args: Arguments): Promise<number> {
  const contentType = patchTypes[args.one('type') ?? 'strategic'] ?? '';
  const body = JSON.parse(args.one('patch') ?? '{}') as object;
  return change(client, args, 'patched', { body, contentType });
}

/** `kubectl scale`. */
export async function scale(client: Client, args: Arguments): Promise<number> {
  const body = { spec: { replicas: Number(args.one('replicas')) } };
  return change(client, args, 'scaled', { body, contentType: patchTypes.merge ?? '', subresource: 'scale' });
}

/** `kubectl annotate`: `name=value` sets, `name-` removes. */
export async function annotate(client: Client, args: Arguments): Promise<number> {
  const isChange = (word: string) => /=|-$/.test(word);
  const changes = args.words.filter(isChange).map((word): [string, string | null] => {
    const [, name = '', value] = /^([^=]+)=([\s\S]*)$/.exec(word) ?? [];
    return value === undefined ? [word.slice(0, -1), null] : [name, value];
  });
  const body = { metadata: { annotations: Object.fromEntries(changes) } };
  const words = args.words.filter((word) => !isChange(word));
  return change(client, { ...args, words }, 'annotated', { body, contentType: patchTypes.merge ?? '' });
}

interface PatchCall {
  readonly body: object;
  readonly contentType: string;
  readonly subresource?: string;
}

async function change(client: Client, args: Arguments, done: string, { subresource, ...call }: PatchCall) {
  const targets = await named(client, args);
  if (targets.length === 0) throw new Exit(1, 'error: no objects passed to it');
  for (const { kind, name } of targets) {
    const path = pathFor(kind, namespaceOf(args), name, subresource);
    await client.text(path, { method: 'PATCH', ...call });
    io().out(`${nameOf(kind, { metadata: { name } })} ${done}\n`);
  }
  return 0;
}
