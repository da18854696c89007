import { editDistance } from '../../platform/nearest-name';

/** The name that was most likely meant: the same but for case and plural, or at most two letters away. */
export function intendedName(stated: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = stated.length < 5 ? 2 : 3;
  for (const name of names) {
    const distance = folded(name) === folded(stated) ? 0 : editDistance(stated, name, least);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '').replace(/s$/, '');
}
