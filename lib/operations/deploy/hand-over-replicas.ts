import { gunzipSync, gzipSync } from 'node:zlib';
import { type Document, parseAllDocuments } from 'yaml';
import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import type { Workload } from '../../cluster/kubernetes-types';
import type { KubernetesManifest } from '../../manifests/manifest';
import type { DeployContext, DeployPlan } from './plan';
import { baseOf, deployedObjects } from './release-diff';

/** Who states the number of pods from then on, until the autoscaler changes it. */
const fieldManager = 'veza-replicas';

/** An object that may state how many pods it has. */
type Scaled = KubernetesManifest & { readonly spec?: { readonly replicas?: number } };

/** Helm's record of a revision: base64 within the Secret's own, and compressed. */
interface Record extends KubernetesObject {
  readonly data: { readonly release: string };
}

/**
 * Hands the numbers of pods over that the release before states and this one leaves to an autoscaler. Helm would take
 * them out, and the API's default is a single pod. Helm 3 goes by its record of the release before, so that no longer
 * states them; Helm 4 by who manages a field on the server, so another manager states what runs
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership).
 */
export async function handOverReplicas(
  { environment, history, manifests }: DeployPlan,
  crew: DeployContext,
): Promise<void> {
  const { helm, kubectl } = crew;
  const base = baseOf(history);
  if (!base) return;
  const next = new Map(manifests.objects.map((object) => [idOf(object), object as Scaled]));
  const handed = (await deployedObjects(helm, history)).filter(
    (object: Scaled) => object.spec?.replicas !== undefined && isSilent(next.get(idOf(object))),
  );
  if (handed.length === 0) return;
  crew.progress.step('hand the number of pods over to autoscalers');
  for (const object of handed) await stateRunning(kubectl, object);
  const name = `secret/sh.helm.release.v1.${environment.namespace}.v${base.revision}`;
  const record = await kubectl.find<Record>(name, environment.namespace);
  if (record) await kubectl.replace(forgetReplicas(record, new Set(handed.map(idOf))));
  crew.progress.succeed(`${handed.map(({ metadata }) => metadata.name).join(', ')}: what runs is kept`);
}

function isSilent(object: Scaled | undefined): boolean {
  return object !== undefined && object.spec?.replicas === undefined;
}

async function stateRunning(kubectl: KubernetesClient, { apiVersion, kind, metadata: { name, namespace } }: Scaled) {
  const found = await kubectl.find<Workload>(`${kind.toLowerCase()}/${name}`, namespace);
  const { replicas } = found?.spec ?? {};
  if (replicas === undefined) return;
  const scaled: Scaled = { apiVersion, kind, metadata: { name, namespace }, spec: { replicas } };
  await kubectl.apply([scaled], fieldManager);
}

function forgetReplicas(record: Record, ids: ReadonlySet<string>): Record {
  const packed = Buffer.from(Buffer.from(record.data.release, 'base64').toString(), 'base64');
  const release = JSON.parse(gunzipSync(packed).toString()) as { readonly manifest: string };
  const documents = parseAllDocuments(release.manifest) as Document[];
  for (const document of documents) {
    const object = document.toJS() as KubernetesManifest | null;
    if (object && ids.has(idOf(object))) document.deleteIn(['spec', 'replicas']);
  }
  const manifest = documents
    .map((document) => `---\n${document.toString({ directives: false, lineWidth: 0 })}`)
    .join('');
  const text = gzipSync(JSON.stringify({ ...release, manifest })).toString('base64');
  return { ...record, data: { ...record.data, release: Buffer.from(text).toString('base64') } };
}

function idOf({ kind, metadata }: KubernetesManifest): string {
  return `${metadata.namespace} ${kind}/${metadata.name}`;
}
