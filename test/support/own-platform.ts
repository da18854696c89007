import type { ServiceContract } from '../../lib/platform/service-contract';
import { veza } from '../../lib/veza/veza';

/** Contracts of our own platform, as those of any: one that is added may be internal, or without a database. */
export const contracts: readonly ServiceContract[] = veza.services;

/** Subdomains under which the world reaches services. */
export const subdomains: readonly string[] = contracts.flatMap(({ exposure }) =>
  exposure === 'internal' ? [] : [exposure.subdomain],
);

/** The releases of all services at one version, but for those that are stated. */
export function releasesAt(version: string, stated: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...Object.fromEntries(contracts.map(({ name }) => [name, version])), ...stated };
}
