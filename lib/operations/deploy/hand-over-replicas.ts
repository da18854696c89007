import { gunzipSync, gzipSync } from 'node:zlib';
import { type Document, parseAllDocuments } from 'yaml';
import { nameRevisionSecret } from '../../cluster/helm-client';
import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import { describeObject, type Workload } from '../../cluster/kubernetes-types';
import type { KubernetesManifest } from '../../manifests/manifest';
import type { DeployContext, DeployPlan } from './deploy-context';
import { findBase, readDeployedObjects } from './release-diff';

/** Field manager that owns a replica count after the handover, until the autoscaler changes it. */
const fieldManager = 'veza-replicas';

/** An object that may have a replica count. */
type ScalableManifest = KubernetesManifest & { readonly spec?: { readonly replicas?: number } };

/** Secret in which Helm records a revision: gzip in base64, in the Secret's own base64. */
interface RevisionSecret extends KubernetesObject {
  readonly data: { readonly release: string };
}

/**
 * Keeps the running replica counts of workloads that the previous release states and this one leaves to an autoscaler. Helm
 * would remove the field, and the API's default is a single pod. Helm 3 compares with its record of the previous release,
 * so the field is removed from that record; Helm 4 goes by the field's manager, so another manager takes the field over
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership).
 */
export async function handOverReplicas(
  { history, manifests }: Pick<DeployPlan, 'history' | 'manifests'>,
  { helm, kubectl, environment: { namespace }, progress }: DeployContext,
): Promise<void> {
  const base = findBase(history);
  if (!base) return;
  const next = new Map(manifests.objects.map((object) => [describeObject(object), object as ScalableManifest]));
  const handedOver = (await readDeployedObjects(helm, history)).filter(
    (object: ScalableManifest) => object.spec?.replicas !== undefined && isUnstated(next.get(describeObject(object))),
  );
  if (handedOver.length === 0) return;
  progress.step('Handing replica counts over to autoscalers');
  for (const object of handedOver) await takeOverRunningReplicas(kubectl, object);
  const secret = await kubectl.find<RevisionSecret>(nameRevisionSecret(namespace, base), namespace);
  if (secret) await kubectl.replace(withoutReplicas(secret, new Set(handedOver.map(describeObject))));
  const names = handedOver.map(({ metadata }) => metadata.name).join(', ');
  progress.succeed(`Handed replica counts over to autoscalers, unchanged: ${names}`);
}

/** Whether a release has an object without stating its replica count. */
function isUnstated(object: ScalableManifest | undefined): boolean {
  return object !== undefined && object.spec?.replicas === undefined;
}

async function takeOverRunningReplicas(
  kubectl: KubernetesClient,
  { apiVersion, kind, metadata: { name, namespace } }: ScalableManifest,
): Promise<void> {
  const found = await kubectl.find<Workload>(`${kind.toLowerCase()}/${name}`, namespace);
  const { replicas } = found?.spec ?? {};
  if (replicas === undefined) return;
  const scaled: ScalableManifest = { apiVersion, kind, metadata: { name, namespace }, spec: { replicas } };
  await kubectl.apply([scaled], fieldManager);
}

function withoutReplicas(secret: RevisionSecret, keys: ReadonlySet<string>): RevisionSecret {
  const packed = Buffer.from(Buffer.from(secret.data.release, 'base64').toString(), 'base64');
  const release = JSON.parse(gunzipSync(packed).toString()) as { readonly manifest: string };
  const documents = parseAllDocuments(release.manifest) as Document[];
  for (const document of documents) {
    const object = document.toJS() as KubernetesManifest | null;
    if (object && keys.has(describeObject(object))) document.deleteIn(['spec', 'replicas']);
  }
  const manifest = documents
    .map((document) => `---\n${document.toString({ directives: false, lineWidth: 0 })}`)
    .join('');
  const text = gzipSync(JSON.stringify({ ...release, manifest })).toString('base64');
  return { ...secret, data: { ...secret.data, release: Buffer.from(text).toString('base64') } };
}
