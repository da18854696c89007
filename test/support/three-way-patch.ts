import { isFields, same } from './cluster/objects';

type Patch = Readonly<Record<string, unknown>>;

/**
 * The merge patch that makes an object match its manifest and drops fields of the manifest before; fields of other writers stay.
 * Lists are replaced as wholes, so what others add within one is lost, unlike with the real tools.
 */
export function threeWayPatch(before: unknown, wanted: unknown, live: unknown): Patch {
  const [old, next, now] = [before, wanted, live].map((value) => (isFields(value) ? value : {})) as [
    Patch,
    Patch,
    Patch,
  ];
  const removed = Object.keys(old).filter((key) => !(key in next) && key in now);
  const changed = Object.entries(next).flatMap(([key, value]): [string, unknown][] => {
    if (!isFields(value)) return same(value, now[key]) ? [] : [[key, value]];
    const inner = threeWayPatch(old[key], value, now[key]);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries([...removed.map((key): [string, unknown] => [key, null]), ...changed]);
}
