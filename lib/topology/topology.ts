import { ManifestSet } from '../integrity/manifests/manifest-set';
import type { Link } from './link';
import { policyLinks } from './policy-links';
import { worldLinks } from './world-links';

/** Who can reach whom, as the NetworkPolicies and Ingresses of an environment's objects say. */
export function linksOf(objects: readonly unknown[]): Link[] {
  const set = new ManifestSet(objects);
  const links = merged(policyLinks(set));
  return [...worldLinks(set, links), ...links];
}

/** A connection within the namespace stands in two policies, and a caller's ports may stand in several rules. */
function merged(links: readonly Link[]): Link[] {
  const found = new Map<string, Link>();
  for (const link of links) {
    const key = `${link.from.name} ${link.to.name}`;
    const ports = [...new Set([...(found.get(key)?.ports ?? []), ...link.ports])];
    found.set(key, { ...link, ports });
  }
  return [...found.values()];
}
