import type { Environment } from '../../environments/environment';
import { atRelease } from '../../environments/release';

/** Which services a deploy moves, and to what. */
export interface Move {
  readonly version: string;
  /** Services that move, by name; none means all. */
  readonly services: readonly string[];
}

/** An environment as it is to be: moved services at the version, the others at what runs, or else at what is stated. */
export function movedTo(
  environment: Environment,
  { version, services }: Move,
  running: Readonly<Record<string, string>>,
): Environment {
  if (services.length === 0) return atRelease(environment, version);
  const moved = Object.fromEntries(services.map((service) => [service, version]));
  return { ...environment, releases: { ...environment.releases, ...running, ...moved } };
}

/** The releases of an environment for people: `v1.2.3`, or each service's own where they differ. */
export function releaseLabel({ releases }: Environment): string {
  const [first, ...others] = [...new Set(Object.values(releases))];
  if (first !== undefined && others.length === 0) return first;
  return Object.entries(releases)
    .map(([service, release]) => `${service} ${release}`)
    .join(', ');
}
