import { Construct } from 'constructs';
import { nameGateway } from '../constructs/gateway/implementation';
import { ServiceRoute } from '../constructs/gateway/service-route';
import { ServiceIngress } from '../constructs/ingress/service-ingress';
import { makePodUsage, type QuotaUsage } from '../constructs/kubernetes/resources';
import { defaultContainerResources } from '../constructs/namespace/namespace-limits';
import { acmeSolver } from '../constructs/network/well-known-peers';
import { Microservice, type MicroserviceProps, type ServiceProps } from '../constructs/service/microservice';
import { Migration } from '../constructs/service/migration';
import type { ServiceLogin } from '../constructs/service/service-pod';
import { findMigrationRole, findServiceRole, type LoginRole } from '../platform/database-roles';
import type { ServiceSizing } from '../platform/environment';
import type { Platform } from '../platform/platform';
import { findExposedPort, type ServiceContract } from '../platform/service-contract';
import type { Migration as MigrationSettings } from '../platform/settings/deployment';
import { type Edge, findGateway, findIngress } from '../platform/settings/edge';

export interface ServicesProps extends Omit<ServiceProps, 'scaling' | 'resources' | 'version' | 'databaseLogin'> {
  readonly contracts: readonly ServiceContract[];
  /** How large each service is, by its name. */
  readonly sizings: Readonly<Record<string, ServiceSizing>>;
  /** Release of each service, by its name. */
  readonly releases: Readonly<Record<string, string>>;
  /** How the database is migrated to a release. */
  readonly migration: MigrationSettings;
  /** How each service, and the migration, logs in to the database. */
  readonly databaseLogins: DatabaseLogins;
  /** Domain of the public hosts. */
  readonly domain: string;
  /** How clients outside the cluster reach the public hosts. */
  readonly edge: Edge;
}

/** All services of an environment, and an Ingress, a route or both for each public one. */
export class Services extends Construct {
  /** Their usage of the namespace's quota, including a certificate solver for each host of an Ingress. */
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: ServicesProps) {
    super(scope, id);
    this.quotaUsages = props.contracts.flatMap((contract) => {
      const own = makeServiceProps(contract, props);
      const service = new Microservice(this, contract.name, own);
      return [service.quotaUsage, ...this.expose(service, contract, props), ...this.addMigration(own, props)];
    });
  }

  private addMigration(own: MicroserviceProps, { migration, databaseLogins }: ServicesProps): QuotaUsage[] {
    if (migration.kind === 'none' || migration.service !== own.contract.name) return [];
    return [
      new Migration(this, 'migration', { ...own, ...migration, databaseLogin: databaseLogins.migration }).quotaUsage,
    ];
  }

  private expose(
    { identity, host, service }: Microservice,
    contract: ServiceContract,
    props: ServicesProps,
  ): QuotaUsage[] {
    const { exposure } = contract;
    if (exposure === 'internal') return [];
    const { domain, edge, namespaceScope } = props;
    const { port } = findExposedPort(contract, exposure);
    const exposed = { identity, exposure, host, port, domain };
    const [ingress, gateway] = [findIngress(edge), findGateway(edge)];
    if (gateway !== undefined) {
      new ServiceRoute(this, `${contract.name}-route`, { ...exposed, gateway, parent: nameGateway(namespaceScope) });
    }
    if (ingress === undefined) return [];
    const { serviceAnnotations } = new ServiceIngress(this, `${contract.name}-edge`, { ...exposed, ingress });
    for (const [name, value] of Object.entries(serviceAnnotations)) service.metadata.addAnnotation(name, value);
    return [makePodUsage(acmeSolver.name, 1, [defaultContainerResources])];
  }
}

/** Properties of the `Microservice` of a contract. */
function makeServiceProps(contract: ServiceContract, props: ServicesProps): MicroserviceProps {
  const {
    namespaceScope,
    config,
    secrets,
    serviceAccountName,
    priorityClassName,
    databaseAuthority,
    sizings,
    releases,
  } = props;
  const [sizing, version] = [sizings[contract.name], releases[contract.name]];
  if (sizing === undefined) throw new Error(`${contract.name}: no size is stated; state it in the environment`);
  if (version === undefined) throw new Error(`${contract.name}: no release is stated; state it in the environment`);
  const shared = { namespaceScope, config, secrets, serviceAccountName, priorityClassName, databaseAuthority };
  return { ...shared, ...sizing, version, contract, databaseLogin: props.databaseLogins.services[contract.name] };
}

/** How the services of an environment log in to the database, and the migration. */
export interface DatabaseLogins {
  /** By the name of the service; those that use no database are missing. */
  readonly services: Readonly<Record<string, ServiceLogin>>;
  readonly migration: ServiceLogin | undefined;
  /** Settings that have other values in some service than in the ConfigMap. */
  readonly ownSettings: readonly string[];
}

/**
 * Settings and secrets of each role that logs in: those that name the role differ, wherever they do so.
 * @param resolve the text of every setting for a role
 * @param shared the text of every setting in the ConfigMap
 */
export function listDatabaseLogins(
  { services, databasePassword }: Pick<Platform, 'services' | 'databasePassword'>,
  roles: readonly LoginRole[],
  resolve: (role: string) => Readonly<Record<string, string>>,
  shared: Readonly<Record<string, string>>,
): DatabaseLogins {
  const login = ({ role, passwordKey }: LoginRole): ServiceLogin => {
    const own = Object.entries(resolve(role)).filter(([name, value]) => shared[name] !== value);
    return { settings: Object.fromEntries(own), secrets: { [databasePassword]: passwordKey } };
  };
  const logins = services.flatMap(({ name, calls }) => {
    const role = calls.includes('database') ? findServiceRole(roles, name) : undefined;
    return role === undefined ? [] : [[name, login(role)] as const];
  });
  const migration = findMigrationRole(roles);
  return {
    services: Object.fromEntries(logins),
    migration: migration && login(migration),
    ownSettings: [...new Set(logins.flatMap(([, { settings }]) => Object.keys(settings)))],
  };
}
