import { App } from 'cdk8s';
import { AdmissionChart } from '../charts/cluster-chart';
import { permittedVariable } from '../constructs/namespace/admission-policy';
import { type KubernetesManifest, Manifest } from '../manifests/manifest';
import { type Container, PodTemplate, splitReference } from '../manifests/pod-template';
import type { ValidEnvironment } from '../platform/environment-validation';
import { postgresServer } from '../platform/postgres-pod';

/**
 * Lists the containers of the pods of manifests, by the namespace, as an admission policy compares them: label `app`, service
 * account and image without tag. So are those of Jobs that `veza restore` makes under another label. A namespace without pods is
 * not listed.
 *
 * @param earlier containers that each of these namespaces may have too. @default - none
 */
export function listPermittedPods(
  objects: readonly KubernetesManifest[],
  earlier: readonly string[] = [],
): Map<string, string[]> {
  const byNamespace = new Map<string, string[]>();
  for (const object of objects) {
    const pods = PodTemplate.of(new Manifest(object));
    if (pods === undefined) continue;
    const known = byNamespace.get(pods.namespace) ?? earlier;
    byNamespace.set(pods.namespace, [...known, ...containersOf(pods)]);
  }
  return new Map([...byNamespace].map(([namespace, containers]) => [namespace, [...new Set(containers)].sort()]));
}

function containersOf(pods: PodTemplate): string[] {
  const { labels, serviceAccount, allContainers } = pods;
  const permitted = (app: string, { at }: Container) => {
    const { image } = splitReference(at.text('image') ?? '');
    return `${app} ${serviceAccount} ${image}`;
  };
  return [
    ...allContainers.map((container) => permitted(labels.app ?? '', container)),
    ...setAsideContainers(pods).map((container) => permitted(postgresServer.setAside, container)),
  ];
}

/** A restore of a damaged single server runs its init container in a Job. */
function setAsideContainers({ owner, initContainers }: PodTemplate): readonly Container[] {
  const { workload, initContainer } = postgresServer;
  if (owner.kind !== 'StatefulSet' || owner.name !== workload) return [];
  return initContainers.filter(({ at }) => at.text('name') === initContainer);
}

/** Lists what a policy permits; nothing, where it is not one of ours. */
export function readPermitted(policy: unknown): string[] {
  const variables = new Manifest(policy).at('spec').items('variables');
  const list = variables.find((variable) => variable.text('name') === permittedVariable);
  try {
    return new Manifest({ list: JSON.parse(list?.text('expression') ?? '') }).texts('list');
  } catch {
    return [];
  }
}

/** The namespace whose pods a policy checks; nothing for a binding. */
export function readCheckedNamespace(policy: unknown): string {
  const selector = new Manifest(policy).at('spec', 'matchConstraints', 'namespaceSelector');
  return selector.textMap('matchLabels')['kubernetes.io/metadata.name'] ?? '';
}

/** Makes the policies by which the API server compares pods with those of an environment's objects, if it states any. */
export function makeAdmissionPolicies(
  { platform, environment }: ValidEnvironment,
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  const { name, database, kubernetes } = environment;
  const { admission } = kubernetes;
  if (admission.kind === 'none') return [];
  const operators = [
    ...admission.operatorNamespaces,
    ...(database.kind === 'cluster' ? [database.operatorNamespace] : []),
  ];
  const chart = new AdmissionChart(new App(), `${name}.admission`, {
    platform: platform.name,
    environment: name,
    kind: admission.kind,
    permitted: listPermittedPods(objects, admission.earlier),
    operatorNamespaces: [...new Set(operators)],
  });
  return chart.toJson();
}
