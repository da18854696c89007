import { keptByHelm } from '../../kubernetes/metadata';
import type { SynthesizedObject } from '../../manifests';
import type { Permission } from '../permissions';

/** What Helm does with an object: some versions of it follow by a watch what others ask for again and again. */
const written = ['get', 'list', 'watch', 'create', 'patch'] as const;

/** Where Helm keeps its history. */
const history = ['list', 'create', 'update', 'delete'].map((verb) => ({ verb, resource: 'secrets' }));

/** How a rollout is followed, and a pod replaced that would hold it up. */
const following = [
  { verb: 'list', resource: 'replicasets.apps' },
  { verb: 'list', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'get', resource: 'pods/log' },
];

/** What is held so that no other operation runs into this one. */
const lease = ['get', 'create', 'update'].map((verb) => ({ verb, resource: 'leases.coordination.k8s.io' }));

/** The Jobs of a backup and of a migration. */
const jobs = ['get', 'list', 'create', 'patch', 'delete'].map((verb) => ({ verb, resource: 'jobs.batch' }));

/** What somebody has to be allowed who deploys some objects, and removes others, in an environment's namespace. */
export function rightsToDeploy(namespace: string, objects: readonly SynthesizedObject[]): Permission[] {
  const home = [...history, ...lease, ...jobs, { verb: 'get', resource: 'secrets' }].map((each) => ({
    ...each,
    namespace,
  }));
  const namespaces = new Set(objects.flatMap((object) => object.metadata.namespace ?? []));
  const each = [...namespaces].flatMap((place) => following.map((one) => ({ ...one, namespace: place })));
  const all = [...home, ...each, ...objects.flatMap(rightsTo)];
  return [...new Map(all.map((permission) => [JSON.stringify(permission), permission])).values()];
}

function rightsTo(object: SynthesizedObject): Permission[] {
  const { namespace, name } = object.metadata;
  const resource = resourceOf(object);
  // The right to a Namespace can be given within it. Whether one has to be made, and may be, is the dry run's to find.
  if (object.kind === 'Namespace') return ['get', 'patch'].map((verb) => ({ verb, resource, namespace: name, name }));
  const verbs = isKept(object) ? written : [...written, 'delete'];
  return verbs.map((verb) => ({ verb, resource, namespace }));
}

/** Whether Helm leaves an object in the cluster that is no longer in the release. */
export function isKept({ metadata }: SynthesizedObject): boolean {
  return Object.entries(keptByHelm).every(([key, value]) => metadata.annotations?.[key] === value);
}

/** A kind as the API names it: `networkpolicies.networking.k8s.io`. */
function resourceOf({ apiVersion, kind }: SynthesizedObject): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return [plural(kind.toLowerCase()), ...(group === undefined ? [] : [group])].join('.');
}

/** The API's own rule for the names of kinds (`UnsafeGuessKindToResource`), which every kind here follows. */
export function plural(kind: string): string {
  if (kind.endsWith('s')) return `${kind}es`;
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
