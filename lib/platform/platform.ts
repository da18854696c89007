import * as z from 'zod';
import {
  findDuplicates,
  findSchemaProblems,
  findUnknownNames,
  type Problem,
  pickValidFields,
  throwIfInvalid,
} from './errors';
import { findPeerProblems, type ValidPlatformFields } from './platform-peers';
import { type ServiceContract, type WellKnownPeer, wellKnownPeers } from './service-contract';
import { findContractProblems, pickValidContractFields } from './service-contract-validation';
import type { Setting } from './service-settings';
import { dnsLabel, variableName } from './settings/formats';

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

/** The names by which a platform's settings and contracts may refer to each other. */
export interface KnownPeers<Name extends string> {
  /** Settings that lead to well-known peers and to services of the platform. */
  readonly settings: Readonly<Record<string, Setting<WellKnownPeer | Name>>>;
  /** Contracts that call these, and no others. */
  readonly services: readonly ServiceContract<string, string, Name>[];
}

/**
 * Builds a platform from its contracts.
 * @throws ValidationError that names every problem: a field that is missing or of a wrong type; two services with one name,
 * port or host; a setting, secret, port or peer that does not exist; a peer that is called without an address.
 */
export function definePlatform<
  const Settings extends Readonly<Record<string, Setting>>,
  const SecretName extends string,
  const Contract extends ServiceContract<NoInfer<keyof Settings & string>, NoInfer<SecretName>>,
>(
  platform: Platform<Settings, SecretName, Contract> & KnownPeers<NoInfer<Contract>['name']>,
): Platform<Settings, SecretName, Contract> {
  throwIfInvalid(findPlatformProblems(platform));
  return platform;
}

const settingRemedy = 'use what constant, derived, fromDatabase, fromCache, serviceUrl, text, integer or oneOf returns';
const anyFunction = z.custom((value) => typeof value === 'function', settingRemedy);

/** The settings of a platform, by name. */
const settingsSchema = z.record(
  variableName,
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('constant'),
      value: z.union([z.string(), z.number(), z.boolean()], settingRemedy),
    }),
    z.strictObject({ kind: z.literal('derived'), peer: z.string().optional(), from: anyFunction }),
    z.strictObject({ kind: z.literal('stated'), accepts: anyFunction, remedy: z.string() }),
  ]),
);

const fields = {
  name: dnsLabel.max(30),
  settings: settingsSchema,
  secrets: z.array(variableName),
  databasePassword: z.string(),
  services: z.array(z.unknown()),
};
const platformSchema = z.strictObject(fields);

/** A platform is checked once, however many environments and charts are made of it. */
const checked = new WeakMap<Platform, readonly Problem[]>();

/** Everything that is wrong in a platform, a line each. */
export function findPlatformProblems(platform: Platform): readonly Problem[] {
  const problems = checked.get(platform) ?? findProblems(platform);
  if (typeof platform === 'object' && platform !== null) checked.set(platform, problems);
  return problems;
}

function findProblems(platform: Platform): Problem[] {
  const valid: Partial<Platform> = pickValidFields(fields, platform);
  const where = valid.name === undefined ? 'platform' : `platform ${valid.name}`;
  const contracts = valid.services ?? [];
  const parts: ValidPlatformFields = { ...valid, services: contracts.map(pickValidContractFields) };
  return [
    ...findSchemaProblems(platformSchema, platform, where),
    ...findSecretProblems(parts, where),
    ...findConflicts(parts.services, where),
    ...contracts.flatMap((contract, index) => {
      const { [index]: part = {} } = parts.services;
      const place = `${where}.services.${readName(contract) ?? index}`;
      return [...findReferenceProblems(part, parts, place), ...findContractProblems(contract, place)];
    }),
    ...findPeerProblems(parts, where),
  ];
}

/** What a contract calls itself, even where that is no name. */
function readName(contract: unknown): string | undefined {
  const { name } = Object(contract);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function findSecretProblems(
  { settings = {}, secrets = [], databasePassword }: ValidPlatformFields,
  where: string,
): Problem[] {
  return [
    ...secrets
      .filter((name) => name in settings)
      .map((name) => `${where}.secrets: ${name} is a setting too, in clear text; keep it in one of them`),
    ...findUnknownNames(toList(databasePassword), secrets, `${where}.databasePassword`),
  ];
}

function findConflicts(services: ValidPlatformFields['services'], where: string): Problem[] {
  return [
    ...findDuplicates(services.flatMap(({ name }) => toList(name))).map(
      (name) => `${where}.services: two are named ${name}`,
    ),
    ...findPortConflicts(services, where),
    ...findDuplicates(services.flatMap(listSubdomains)).map((name) => `${where}.services: two have the host ${name}`),
  ];
}

/** Ports that several services listen on: in the cluster they may, but on one machine, in development, they may not. */
function findPortConflicts(services: ValidPlatformFields['services'], where: string): Problem[] {
  const numbers = services.map(({ ports = {} }) => [...new Set(Object.values(ports))]);
  return findDuplicates(numbers.flat()).map((port) => {
    const names = services.filter((_, index) => numbers[index]?.includes(port)).map(({ name }) => name);
    return `${where}.services: ${names.join(' and ')} both listen on port ${port}; give one of them another`;
  });
}

/** Names in a contract that refer to what its platform does not have. */
function findReferenceProblems(
  contract: Partial<ServiceContract>,
  platform: ValidPlatformFields,
  where: string,
): Problem[] {
  const { settings = [], secrets = [], calls = [] } = contract;
  const peers = [...wellKnownPeers, ...platform.services.flatMap(({ name }) => toList(name))];
  return [
    ...findUnknownNames(settings, platform.settings && Object.keys(platform.settings), `${where}.settings`),
    ...findUnknownNames(secrets, platform.secrets, `${where}.secrets`),
    ...findUnknownNames(calls, peers, `${where}.calls`),
    ...findReadProblems(contract, platform, where),
  ];
}

/** Schemas that it may read are those of services that use the database. */
function findReadProblems(
  { name, databaseAccess }: Partial<ServiceContract>,
  platform: ValidPlatformFields,
  where: string,
) {
  if (typeof databaseAccess !== 'object') return [];
  const others = platform.services.filter((other) => other.name !== name && other.databaseAccess !== 'none');
  return findUnknownNames(
    databaseAccess.reads,
    others.flatMap((other) => toList(other.name)),
    `${where}.databaseAccess.reads`,
  );
}

function toList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function listSubdomains({ exposure = 'internal' }: Partial<ServiceContract>): string[] {
  return exposure === 'internal' ? [] : [exposure.subdomain];
}
