import type { Environment, ServiceSizing } from './environment';
import { throwIfInvalid } from './errors';
import type { Platform, ServiceName } from './platform';
import { findSharedProblems } from './preview-sharing';
import type { StatedValues } from './service-settings';
import type { Cache, EphemeralCache } from './settings/cache';
import type { Database, EphemeralDatabase } from './settings/database';
import { defaultParameters } from './settings/postgres-parameters';
import type { SecretSource } from './settings/secret-source';

/** What a preview does not take from its base. */
export interface PreviewOptions<P extends Platform = Platform> {
  /** Domain below which each preview has its own: `preview.veza.app` for api.pr-123.preview.veza.app. */
  readonly domain: string;
  /** Last day that it is needed, such as `2026-12-31`. */
  readonly expires: string;
  /** Environments of which nothing may be in it: no host, bucket, Secret, namespace or cluster context. */
  readonly apartFrom: readonly Environment<P>[];
  /** Settings that are not those of the base, such as a bucket of its own. @default - those of the base */
  readonly settings?: Partial<StatedValues<P['settings']>>;
  /** Where the values of the services' secrets come from. @default - as in the base */
  readonly secrets?: SecretSource;
  /** What is added to single objects. @default - nothing, also where the base states something */
  readonly extensions?: Environment<P>['extensions'];
  /** Objects of other projects. @default - none, also where the base has some */
  readonly addOns?: Environment<P>['addOns'];
}

/** How a project makes previews on request. */
export interface Previews<P extends Platform = Platform> extends Omit<PreviewOptions<P>, 'expires'> {
  /** Environment that they are made from, and in whose cluster they run. */
  readonly base: Environment<P>;
  /** Days from its last deploy on that one is needed. */
  readonly days: number;
}

/** Label of the namespaces of an environment that is not needed for ever: its last day. */
export const expiryLabel = 'veza.app/expires';

/**
 * Makes a short-lived environment, as for a pull request, from another: with one pod of each service, a database and a cache
 * that are lost with their pods, and without backups, logs, monitoring, pages and admission policies.
 *
 * @param id its name, such as `pr-123`; its namespace is that of the base with this suffix
 * @throws ValidationError that names everything in it that is another environment's
 */
export function preview<P extends Platform>(
  base: Environment<P>,
  id: string,
  { domain, expires, apartFrom, settings, secrets, extensions, addOns }: PreviewOptions<P>,
): Environment<P> {
  const made: Environment<P> = {
    ...base,
    name: id,
    namespace: `${base.namespace}-${id}`,
    domain: `${id}.${domain}`,
    expires,
    // Their objects are the cluster's, and would outlive it.
    kubernetes: { ...base.kubernetes, admission: { kind: 'none' } },
    deployment: { ...base.deployment, confirmed: false, backup: false },
    external: [],
    services: sizeToOnePod(base.services),
    database: makeEphemeralDatabase(base.database, id),
    cache: makeEphemeralCache(base.cache),
    secrets: secrets ?? base.secrets,
    monitoring: { kind: 'none' },
    logs: { kind: 'none' },
    extensions: extensions ?? [],
    addOns: addOns ?? [],
    settings: { ...base.settings, ...settings },
  };
  throwIfInvalid(apartFrom.flatMap((other) => findSharedProblems({ made, base, domain, other })));
  return made;
}

function sizeToOnePod<P extends Platform>(services: Environment<P>['services']): Environment<P>['services'] {
  const sizes = Object.entries<ServiceSizing>(services).map(([name, { resources }]) => {
    return [name, { scaling: { kind: 'fixed', replicas: 1 }, resources }] as const;
  });
  return Object.fromEntries(sizes) as { [Name in ServiceName<P>]: ServiceSizing };
}

/** A database like that of the base, which has no size of ours if a provider runs it. */
function makeEphemeralDatabase(base: Database, id: string): EphemeralDatabase {
  const { resources, parameters } =
    base.kind === 'managed'
      ? {
          resources: {
            requests: { cpu: '100m', memory: '1Gi', ephemeralStorage: '1Gi' },
            limits: { cpu: '1', memory: '1536Mi', ephemeralStorage: '2Gi' },
          },
          parameters: defaultParameters,
        }
      : base;
  return { kind: 'ephemeral', name: id.replaceAll('-', '_'), user: base.user, resources, parameters };
}

function makeEphemeralCache(base: Cache): EphemeralCache {
  const { resources, evictionPolicy, scripts } =
    base.kind === 'managed'
      ? {
          resources: {
            requests: { cpu: '50m', memory: '128Mi', ephemeralStorage: '64Mi' },
            limits: { cpu: '250m', memory: '128Mi', ephemeralStorage: '128Mi' },
          },
          evictionPolicy: 'volatile-lru' as const,
          scripts: false,
        }
      : base;
  return { kind: 'ephemeral', resources, evictionPolicy, scripts };
}
