import { bad, type Row, verdict } from './row';
import type { Snapshot } from './snapshot';

/** Whether everything that the manifests declare exists: what is not there is in no list, and looks well. */
export function presence({ expected, found }: Snapshot): Row[] {
  const there = new Set(found.map(({ kind, metadata }) => `${metadata.namespace} ${kind}/${metadata.name}`));
  const namespaces = [...new Set(expected.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const declared = expected.filter((object) => object.namespace === namespace).map(({ id }) => id);
    const missing = declared.filter((id) => !there.has(id));
    const all = `${declared.length} declared objects`;
    if (missing.length === declared.length) {
      return [bad('presence', namespace, `has none of its ${all}: was it ever deployed?`)];
    }
    if (missing.length === 0) return verdict('presence', namespace, [], `has all of its ${all}`);
    return missing.map((id) => bad('presence', id, 'is declared and does not exist; deploy the environment'));
  });
}
