import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Kind, resourceOf } from '../kinds';
import type { KubeObject } from '../objects';
import type { Arguments } from './arguments';
import { type Client, Exit, pathFor, Refusal } from './client';
import { io } from './io';
import { namespaceOf } from './kubectl-get';
import { objectsOfFile } from './manifests';
import { present, threeWayPatch } from './three-way';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** `kubectl apply`, on the client's side or the server's. Goes on after a refusal, as the real one does. */
export async function apply(client: Client, args: Arguments): Promise<number> {
  let status = 0;
  for (const object of args.all('filename').flatMap(objectsOfFile)) {
    try {
      const kind = await client.kindOf(object);
      const done = await applyOne(client, kind, object, args);
      const dry = args.one('dry-run') === 'server' ? ' (server dry run)' : '';
      io().out(`${nameOf(kind, object)} ${done}${dry}\n`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const reason = error instanceof Refusal ? `Error from server (${error.reason}): ` : '';
      io().err(`${reason}${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

/** How kubectl names an object: `deployment.apps/api`. */
export function nameOf(kind: Kind, { metadata }: Pick<KubeObject, 'metadata'>): string {
  return `${resourceOf({ ...kind, plural: kind.kind.toLowerCase() })}/${metadata.name}`;
}

async function applyOne(client: Client, kind: Kind, object: KubeObject, args: Arguments): Promise<string> {
  const dry: Record<string, string> = args.one('dry-run') === 'server' ? { dryRun: 'All' } : {};
  const namespace = object.metadata.namespace ?? namespaceOf(args);
  const path = pathFor(kind, namespace, object.metadata.name);
  if (args.has('server-side')) {
    const query = { ...dry, fieldManager: 'kubectl', force: String(args.has('force-conflicts')) };
    await client.text(path, { method: 'PATCH', body: object, contentType: 'application/apply-patch+yaml', query });
    return 'serverside-applied';
  }
  const query = { ...dry, fieldManager: 'kubectl-client-side-apply' };
  const annotations = { ...object.metadata.annotations, [lastApplied]: `${JSON.stringify(object)}\n` };
  const body = { ...object, metadata: { ...object.metadata, annotations } };
  const live = await present(client, path);
  if (!live) {
    await client.text(pathFor(kind, namespace), { method: 'POST', body, query });
    return 'created';
  }
  const before = JSON.parse(live.metadata.annotations?.[lastApplied] ?? '{}') as Partial<KubeObject>;
  const patch = threeWayPatch(before, body, live);
  if (Object.keys(patch).length === 0) return 'unchanged';
  await client.text(path, { method: 'PATCH', body: patch, contentType: 'application/merge-patch+json', query });
  return 'configured';
}

/** `kubectl diff`: exit code 1 if there are differences, and more than that if something went wrong. */
export async function diff(client: Client, args: Arguments): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-diff-'));
  const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
  for (const side of [live, merged]) mkdirSync(side);
  try {
    for (const object of args.all('filename').flatMap(objectsOfFile)) {
      const kind = await client.kindOf(object);
      const path = pathFor(kind, object.metadata.namespace ?? namespaceOf(args), object.metadata.name);
      const before = await present(client, path);
      const query = { dryRun: 'All', fieldManager: 'kubectl-client-side-apply', force: 'true' };
      const contentType = 'application/apply-patch+yaml';
      const after = await client.json<KubeObject>(path, { method: 'PATCH', body: object, contentType, query });
      const file = `${object.apiVersion.replace('/', '.')}.${object.kind}.${object.metadata.namespace ?? ''}.${object.metadata.name}`;
      if (before) writeFileSync(join(live, file), stringify(shown(before)));
      writeFileSync(join(merged, file), stringify(shown(after)));
    }
    const [program = '', ...options] = (io().env.KUBECTL_EXTERNAL_DIFF || 'diff -u -N -r').split(' ');
    const { stdout, status, error } = spawnSync(program, [...options, live, merged], { encoding: 'utf8' });
    if (error) throw new Exit(2, `error: failed to run "${program}": executable file not found in $PATH`);
    io().out(stdout);
    return status ?? 2;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without what differs between any two writes. */
function shown({ metadata, ...rest }: KubeObject): object {
  const { managedFields: _, resourceVersion: __, generation: ___, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
