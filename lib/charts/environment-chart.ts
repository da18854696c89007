import { ApiObject, type Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ConfigBundle } from '../constructs/config/config-bundle';
import { SecretBundle } from '../constructs/config/secret-bundle';
import { AddOnChart } from '../constructs/kubernetes/add-on-chart';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { MonitoringAccess } from '../constructs/monitoring/monitoring-access';
import { NamespaceLimits } from '../constructs/namespace/namespace-limits';
import { ServiceAccess } from '../constructs/namespace/platform-namespace';
import { Priorities } from '../constructs/namespace/priorities';
import { NetworkPolicies } from '../constructs/network/network-policies';
import type { Connection } from '../platform/connection';
import { addOwnerClients, listDatabaseRoles, listServiceSecretKeys } from '../platform/database-roles';
import { type Environment, isBundled, nameMonitoringNamespace } from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { listExtendedPods } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import { callsKubernetes, findCalledPort } from '../platform/service-contract';
import { resolveSettings } from '../platform/service-settings';
import { resolveCacheEndpoint } from '../platform/settings/cache';
import { resolveDatabaseEndpoint } from '../platform/settings/database';
import { nameServiceHost } from '../platform/workload-names';
import { listAddOnUsages, makeAddOnContext } from './add-ons';
import { addCompanions } from './companions';
import { listAddedDatabaseClients, listEnvironmentConnections } from './environment-connections';
import { addNamespace } from './environment-namespaces';
import { extendUsages } from './extension-effects';
import { listDatabaseLogins, Services } from './services';
import { Stores, writeStoreFiles } from './stores';

/** Properties of an `EnvironmentChart`. */
export interface EnvironmentChartProps<P extends Platform> {
  /** The platform whose services run there. */
  readonly platform: P;
  /** The environment to make objects for. */
  readonly environment: Environment<P>;
}

/**
 * One environment of a platform: its namespace, configuration, stores, services and Ingresses.
 * @throws ValidationError that names everything that is wrong in the environment
 */
export class EnvironmentChart<P extends Platform = Platform> extends ObjectChart {
  /** Every connection that the network policies allow. */
  readonly connections: readonly Connection[];
  private readonly addOns: readonly Chart[];

  constructor(scope: Construct, id: string, props: EnvironmentChartProps<P>) {
    super(scope, id, { disableResourceNameHashes: true });
    const { platform, environment } = ValidEnvironment.of(props);
    const namespaceScope = addNamespace(this, platform, environment, 'restricted');

    const priorities = new Priorities(this, 'priorities', { namespaceScope, values: environment.priorities });
    const access = new ServiceAccess(this, 'access', {
      namespaceScope,
      imagePullSecrets: environment.imagePullSecrets,
      callsKubernetes: platform.services.some(callsKubernetes),
    });
    if (isBundled(environment)) {
      const servers = nameMonitoringNamespace(namespaceScope.namespace);
      new MonitoringAccess(this, 'monitoring-access', { namespaceScope, monitoringNamespace: servers });
    }
    const roles = addOwnerClients(
      listDatabaseRoles(platform, environment),
      listAddedDatabaseClients(platform, environment),
      `${environment.name}.database`,
    );
    const settings = resolveEnvironmentSettings(platform, environment);
    const logins = listDatabaseLogins(
      platform,
      roles,
      (role) =>
        resolveEnvironmentSettings(platform, { ...environment, database: { ...environment.database, user: role } }),
      settings,
    );
    const config = new ConfigBundle(this, 'config', {
      namespaceScope,
      settings,
      ownSettings: logins.ownSettings,
      files: writeStoreFiles(environment.database),
    });
    const secrets = new SecretBundle(this, 'secrets', {
      namespaceScope,
      keys: listServiceSecretKeys(platform, roles),
      source: environment.secrets,
    });
    const stores = new Stores(this, 'stores', {
      namespaceScope,
      database: environment.database,
      cache: environment.cache,
      config,
      secrets,
      databaseRoles: roles,
      priorityClassName: priorities.stores,
    });
    const services = new Services(this, 'services', {
      namespaceScope,
      contracts: platform.services,
      sizings: environment.services,
      releases: environment.releases,
      migration: environment.deployment.migration,
      config,
      secrets,
      serviceAccountName: access.serviceAccountName,
      priorityClassName: priorities.services,
      databaseLogins: logins,
      databaseAuthority: resolveDatabaseEndpoint(environment.database).authority,
      domain: environment.domain,
      edge: environment.edge,
    });

    const beside = addCompanions(this, platform, environment, namespaceScope);
    this.connections = listEnvironmentConnections(platform, environment, settings, stores);
    const limits = new NamespaceLimits(this, 'limits', {
      namespaceScope,
      quotaUsages: extendUsages(
        [
          ...stores.quotaUsages,
          ...services.quotaUsages,
          ...beside.map(({ quotaUsage }) => quotaUsage),
          ...listAddOnUsages(platform, environment),
        ],
        listExtendedPods(platform, environment, namespaceScope.namespace),
      ),
    });
    const guards = [new NetworkPolicies(this, 'network', { namespaceScope, connections: this.connections }), limits];
    const objects = [stores, services, ...beside].flatMap(({ node }) => node.findAll()).filter(ApiObject.isApiObject);
    for (const object of objects) {
      // A new quota refuses claims until a controller has computed its usage, and an apply does not wait for that.
      if (object.kind === 'PersistentVolumeClaim') limits.node.addDependency(object);
      // Applied before the first pod, so that no pod ever runs without them.
      else object.node.addDependency(...guards);
    }
    const context = makeAddOnContext(platform, environment);
    this.addOns = environment.addOns.map((addOn) => new AddOnChart(this, `add-on-${addOn.name}`, { addOn, context }));
  }

  /** All objects as plain data, those of add-ons last. */
  override toJson(): ReturnType<Chart['toJson']> {
    return [super.toJson(), ...this.addOns.map((addOn) => addOn.toJson())].flat();
  }
}

function resolveEnvironmentSettings(
  platform: Platform,
  { name, settings, database, cache }: Environment,
): Record<string, string> {
  return resolveSettings(platform.settings, settings, {
    environment: name,
    database: resolveDatabaseEndpoint(database),
    cache: resolveCacheEndpoint(cache),
    serviceUrls: makeServiceUrls(platform),
  });
}

/** URLs by which services call each other, for each service that has a port for it. */
function makeServiceUrls({ name: platform, services }: Platform): Record<string, string> {
  const urls = services.flatMap((contract) => {
    const port = findCalledPort(contract);
    return port === undefined
      ? []
      : [[contract.name, `http://${nameServiceHost(platform, contract.name)}:${port}`] as const];
  });
  return Object.fromEntries(urls);
}
