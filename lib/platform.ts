import type { Setting } from './bundles/settings';
import { type Problem, reject } from './problems';
import { type ServiceContract, wellKnownPeers } from './services/contract';
import { contractValueProblems } from './services/contract-problems';

/**
 * A platform as data: the contracts of its services, and the settings and secrets that exist.
 * Names are inferred from the values, so that a reference to one that does not exist does not compile.
 */
export interface Platform<
  Settings extends Readonly<Record<string, Setting>> = Readonly<Record<string, Setting>>,
  SecretName extends string = string,
  Contract extends ServiceContract = ServiceContract,
> {
  /** Put in front of the names of what is made: `veza` for `veza-config` and `veza-backend-api`. */
  readonly name: string;
  /** Every setting by its name, which is that of the environment variable: `LOG_LEVEL`. */
  readonly settings: Settings;
  /** Every key of the platform's Secret. */
  readonly secrets: readonly SecretName[];
  /** The secret that is the password of the services' database role. */
  readonly databasePassword: NoInfer<SecretName>;
  /** Contracts of its services. */
  readonly services: readonly Contract[];
}

/** Names of a platform's services. */
export type ServiceName<P extends Platform> = P['services'][number]['name'];

/**
 * Builds a platform from its contracts.
 * @throws InputError that names every fault: two services with one name, port or host; a setting, secret, port or peer
 * that does not exist.
 */
export function definePlatform<
  const Settings extends Readonly<Record<string, Setting>>,
  const SecretName extends string,
  const Contract extends ServiceContract<NoInfer<keyof Settings & string>, NoInfer<SecretName>>,
>(platform: Platform<Settings, SecretName, Contract>): Platform<Settings, SecretName, Contract> {
  reject(platformProblems(platform));
  return platform;
}

function platformProblems(platform: Platform): Problem[] {
  const where = `platform ${platform.name}`;
  const password = [platform.databasePassword];
  const secretSettings = platform.secrets.filter((name) => name in platform.settings);
  return [
    ...secretSettings.map(
      (name) => `${where}.secrets: ${name} is a setting too, in clear text; keep it in one of them`,
    ),
    ...unknown(password, platform.secrets, `${where}.databasePassword`),
    ...twice(platform.services.map(({ name }) => name)).map((name) => `${where}.services: two are named ${name}`),
    ...portsTaken(platform.services, where),
    ...twice(platform.services.flatMap(subdomainOf)).map((name) => `${where}.services: two have the host ${name}`),
    ...platform.services.flatMap((contract) =>
      contractProblems(contract, platform, `${where}.services.${contract.name}`),
    ),
  ];
}

/** Ports that several services listen on: in the cluster they may, but on one machine, in development, they may not. */
function portsTaken(contracts: readonly ServiceContract[], where: string): Problem[] {
  const ports = contracts.flatMap((contract) => [...new Set(Object.values(contract.ports))]);
  return twice(ports).map((port) => {
    const names = contracts.filter((contract) => Object.values(contract.ports).includes(port)).map(({ name }) => name);
    return `${where}.services: ${names.join(' and ')} both listen on port ${port}; give one of them another`;
  });
}

function contractProblems(contract: ServiceContract, platform: Platform, where: string): Problem[] {
  const peers = [...wellKnownPeers, ...platform.services.map(({ name }) => name)];
  const targets = Object.values(contract.servicePorts).map(({ target }) => target);
  const exposed = contract.exposure === 'internal' ? [] : [contract.exposure.servicePort];
  const ports = Object.keys(contract.ports);
  const variables = [...Object.keys(contract.listens), ...contract.settings, ...contract.secrets];
  return [
    ...twice(variables).map((name) => `${where}: reads ${name} twice; name it once in listens, settings or secrets`),
    ...twice(Object.values(contract.ports)).map((port) => `${where}.ports: ${port} is listened on twice`),
    ...unknown(contract.settings, Object.keys(platform.settings), `${where}.settings`),
    ...unknown(contract.secrets, platform.secrets, `${where}.secrets`),
    ...unknown(contract.calls, peers, `${where}.calls`),
    ...unknown(Object.values(contract.listens), ports, `${where}.listens`),
    ...unknown(targets, ports, `${where}.servicePorts`),
    ...unknown(exposed, Object.keys(contract.servicePorts), `${where}.exposure.servicePort`),
    ...contractValueProblems(contract, where),
  ];
}

function unknown(names: readonly string[], known: readonly string[], where: string): Problem[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `${where}: ${name} does not exist; there are ${known.join(', ')}`);
}

function subdomainOf({ exposure }: ServiceContract): string[] {
  return exposure === 'internal' ? [] : [exposure.subdomain];
}

function twice<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
