import type { Manifest } from '../../integrity/manifests/manifest';
import type { KubernetesObject } from '../kubectl';
import { bad, type Row, verdict } from './row';
import type { Snapshot } from './snapshot';

/** Whether everything that the manifests declare exists: what is not there is in no list, and looks well. */
export function presence({ expected, declared }: Snapshot): Row[] {
  const live = new Map(declared.map((object) => [identityOf(object), object]));
  const namespaces = [...new Set(expected.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const place = namespace === '' ? 'the whole cluster' : namespace;
    const here = expected.filter((object) => object.namespace === namespace);
    const all = `${here.length} declared objects`;
    if (here.every((object) => !live.has(object.id))) {
      return [bad('presence', place, `has none of its ${all}: was it ever deployed?`)];
    }
    const rows = here.flatMap((object) => objectRows(object, live.get(object.id)));
    return rows.length > 0 ? rows : verdict('presence', place, [], `has all of its ${all}`);
  });
}

function objectRows({ id, kind, name, namespace }: Manifest, live: KubernetesObject | undefined): Row[] {
  if (!live) return [bad('presence', id, 'is declared and does not exist; deploy the environment')];
  if (live.metadata.deletionTimestamp === undefined) return [];
  const place = namespace === '' ? '' : ` -n ${namespace}`;
  const describe = `kubectl describe${place} ${kind.toLowerCase()} ${name}`;
  return [bad('presence', id, `is being deleted, and goes once nothing uses it any more; ${describe}`)];
}

/** As `Manifest.id` writes it. */
function identityOf({ kind, metadata: { name, namespace = '' } }: KubernetesObject): string {
  return `${namespace === '' ? '' : `${namespace} `}${kind}/${name}`;
}
