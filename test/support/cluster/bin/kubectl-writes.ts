import { isFields, type KubeObject } from '../objects';
import type { Arguments } from './arguments';
import { type Client, pathFor } from './client';
import { io } from './io';
import { nameOf } from './kubectl-apply';
import { namespaceOf } from './kubectl-get';
import { objectsOfFile } from './manifests';

interface CronJob extends KubeObject {
  readonly spec: { readonly jobTemplate: { readonly metadata?: object; readonly spec: unknown } };
}

/** `kubectl create -f FILE`, `create job NAME --from=cronjob/NAME` and `create namespace NAME`. */
export async function createFrom(client: Client, args: Arguments): Promise<number> {
  const [what = '', name = ''] = args.words;
  const objects =
    what === 'job'
      ? [await jobOf(client, name, args)]
      : what === 'namespace' || what === 'ns'
        ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]
        : args.all('filename').flatMap(objectsOfFile);
  return write(client, args, objects, { method: 'POST', done: 'created' });
}

/** `kubectl replace -f FILE`. */
export async function replaceFrom(client: Client, args: Arguments): Promise<number> {
  return write(client, args, args.all('filename').flatMap(objectsOfFile), { method: 'PUT', done: 'replaced' });
}

async function write(
  client: Client,
  args: Arguments,
  objects: readonly KubeObject[],
  { method, done }: { readonly method: 'POST' | 'PUT'; readonly done: string },
): Promise<number> {
  for (const object of objects) {
    const kind = await client.kindOf(object);
    // Who asks what they may do names nothing.
    const { name = '', namespace = namespaceOf(args) } = object.metadata ?? {};
    const path = pathFor(kind, namespace, ...(method === 'PUT' ? [name] : []));
    if (kind.group === 'authorization.k8s.io' && args.one('validate') !== 'false') await validatedBySchema(client);
    const query: Record<string, string> = args.one('dry-run') === 'server' ? { dryRun: 'All' } : {};
    const written = await client.json<KubeObject>(path, { method, body: object, query });
    const output = args.one('output') ?? '';
    if (output === 'json') io().out(`${JSON.stringify(written, null, 4)}\n`);
    else if (output.startsWith('jsonpath=')) io().out(byPath(written, output.slice('jsonpath='.length)));
    else io().out(`${nameOf(kind, written)} ${done}\n`);
  }
  return 0;
}

/** Of a kind that is never patched kubectl does not know whether the server validates it, and looks for a definition. */
async function validatedBySchema(client: Client): Promise<void> {
  await client.json(pathFor(await client.kind('customresourcedefinitions'), undefined));
}

/** A template of paths and texts: `{.status.allowed}{"\\n"}`. */
function byPath(object: unknown, template: string): string {
  return [...template.matchAll(/\{(?:\.([^}]+)|("[^"]*"))\}/g)]
    .map(([, path, text]) => (text === undefined ? valueAt(object, path ?? '') : (JSON.parse(text) as string)))
    .join('');
}

function valueAt(object: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((at, step) => (isFields(at) ? at[step] : undefined), object);
  return value === undefined ? '' : String(value);
}

async function jobOf(client: Client, name: string, args: Arguments): Promise<KubeObject> {
  const [, cronJob = ''] = args.one('from')?.split('/') ?? [];
  const path = pathFor(await client.kind('cronjob'), namespaceOf(args), cronJob);
  const { metadata, spec } = await client.json<CronJob>(path);
  const { apiVersion, kind, uid } = { apiVersion: 'batch/v1', kind: 'CronJob', uid: metadata.uid ?? '' };
  const ownerReferences = [{ apiVersion, kind, name: cronJob, uid, controller: true }];
  const annotations = { 'cronjob.kubernetes.io/instantiate': 'manual' };
  const given = { ...spec.jobTemplate.metadata, name, namespace: metadata.namespace, annotations, ownerReferences };
  return { apiVersion, kind: 'Job', metadata: given, spec: spec.jobTemplate.spec };
}
