import { apiVersionOf, type Kind, resourceOf } from '../kinds';
import type { KubeObject } from '../objects';
import type { Arguments } from './arguments';
import { type Client, Exit, pathFor, Refusal } from './client';
import { io } from './io';
import { objectsOfFile } from './manifests';

/** A kind and, where it is one object that is meant, its name. */
export interface Target {
  readonly kind: Kind;
  readonly name?: string;
  /** @default - where the call looks */
  readonly namespace?: string;
}

/** Where a call of kubectl looks: its namespace, or nothing for all. */
export function namespaceOf(args: Arguments): string | undefined {
  return args.has('all-namespaces') ? undefined : (args.one('namespace') ?? 'default');
}

/** What words mean: `deploy,pods`, `deploy/a deploy/b`, `deploy a b`. */
export async function targetsOf(client: Client, words: readonly string[]): Promise<Target[]> {
  if (words.length === 0) throw new Exit(1, 'error: You must specify the type of resource to get.');
  if (words.some((word) => word.includes('/'))) {
    return Promise.all(
      words.map(async (word) => {
        const [kind = '', name = ''] = word.split('/');
        return { kind: await client.kind(kind), name };
      }),
    );
  }
  const [kinds = '', ...names] = words;
  const found = await Promise.all(kinds.split(',').map((word) => client.kind(word)));
  return found.flatMap((kind) => (names.length === 0 ? [{ kind }] : names.map((name) => ({ kind, name }))));
}

/** `kubectl get`, as JSON, as names, or as the keys of a Secret. */
export async function get(client: Client, args: Arguments): Promise<number> {
  const raw = args.one('raw');
  if (raw !== undefined) {
    io().out(await client.text(raw));
    return 0;
  }
  const fromFiles = args.has('filename');
  const { targets, unknown } = fromFiles
    ? await targetsOfFiles(client, args)
    : { targets: await targetsOf(client, args.words), unknown: [] };
  for (const text of unknown) io().err(`${text}\n`);
  const output = args.one('output') ?? '';
  const objects: KubeObject[] = [];
  let status = unknown.length > 0 ? 1 : 0;
  for (const { kind, name, namespace } of targets) {
    try {
      objects.push(
        ...(name === undefined
          ? await listed(client, kind, args)
          : [await read(client, kind, name, namespace ?? namespaceOf(args))]),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 404 && args.has('ignore-not-found')) continue;
      io().err(`Error from server (${error.reason}): ${error.message}\n`);
      status = 1;
    }
  }
  const single = !fromFiles && targets.length === 1 && targets[0]?.name !== undefined;
  if (fromFiles && objects.length === 0) return status;
  if (status === 0 || objects.length > 0) print(output, objects, single, targets);
  return status;
}

async function read(client: Client, kind: Kind, name: string, namespace?: string): Promise<KubeObject> {
  return client.json<KubeObject>(pathFor(kind, namespace, name));
}

/** The objects that files name; of kinds that the server does not know only what kubectl says of them. */
async function targetsOfFiles(client: Client, args: Arguments): Promise<{ targets: Target[]; unknown: string[] }> {
  const targets: Target[] = [];
  const unknown: string[] = [];
  for (const object of args.all('filename').flatMap(objectsOfFile)) {
    const { name, namespace } = object.metadata;
    try {
      targets.push({ kind: await client.kindOf(object), name, namespace });
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      unknown.push(error.text);
    }
  }
  return { targets, unknown };
}

/** Objects of a kind that a call selects, whole: the items of a list leave out what they are. */
export async function listed(client: Client, kind: Kind, args: Arguments): Promise<KubeObject[]> {
  const selectors = { labelSelector: args.one('selector'), fieldSelector: args.one('field-selector') };
  const given = Object.entries(selectors).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const path = pathFor(kind, namespaceOf(args));
  const { items } = await client.json<{ items: KubeObject[] }>(path, { query: Object.fromEntries(given) });
  return items.map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind: kind.kind }));
}

function print(output: string, objects: readonly KubeObject[], single: boolean, targets: readonly Target[]): void {
  const out = (text: string) => io().out(text);
  if (output === 'json') {
    const list = { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
    if (!single) out(`${JSON.stringify(list, null, 4)}\n`);
    else if (objects[0]) out(`${JSON.stringify(objects[0], null, 4)}\n`);
  } else if (output.startsWith('go-template=') && output.includes('range $key, $value := .data')) {
    for (const { data = {} } of objects)
      out(
        Object.entries(data)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => `${key} ${String(value).length}\n`)
          .join(''),
      );
  } else if (output === 'name' || output === '') {
    for (const object of objects) {
      const kind = targets.find((target) => target.kind.kind === object.kind)?.kind;
      const resource = kind ? resourceOf({ ...kind, plural: kind.kind.toLowerCase() }) : object.kind;
      out(`${output === 'name' ? `${resource}/` : ''}${object.metadata.name}\n`);
    }
  } else throw new Exit(1, `error: the stand-in prints no ${output}`);
}
