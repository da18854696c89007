import type { Problem } from './errors';
import { findCalledPort, type ServiceContract, wellKnownPeers } from './service-contract';
import type { Setting } from './service-settings';

/** The valid parts of a platform. */
export interface ValidPlatformFields {
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly secrets?: readonly string[];
  readonly databasePassword?: string;
  readonly services: readonly Partial<ServiceContract>[];
}

/** Peers that services call without their address, or whose address they read without calling them, a line each. */
export function findPeerProblems(platform: ValidPlatformFields, where: string): Problem[] {
  return [
    ...findUrlProblems(platform, where),
    ...platform.services.flatMap((contract, index) => {
      const place = `${where}.services.${contract.name ?? index}`;
      return [
        ...findUncalledPeers(contract, platform, place),
        ...findMissingAddresses(contract, platform, place),
        ...findPoolProblems(contract, place),
        ...findAccessProblems(contract, place),
      ];
    }),
  ];
}

/** Settings that hold the URL of a service that does not exist, or that no other can call. */
function findUrlProblems({ settings = {}, services }: ValidPlatformFields, where: string): Problem[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const peer = setting.kind === 'derived' ? setting.peer : undefined;
    if (peer === undefined || isWellKnown(peer)) return [];
    const place = `${where}.settings.${name}`;
    const service = services.find((contract) => contract.name === peer);
    if (service === undefined) {
      const known = services.map((contract) => contract.name).join(', ');
      return [`${place}: leads to ${peer}, which does not exist; there are ${known}`];
    }
    const { servicePorts } = service;
    if (servicePorts === undefined || findCalledPort({ servicePorts }) !== undefined) return [];
    return [`${place}: leads to ${peer}, whose servicePorts do not lead to http; add one that does`];
  });
}

/** Settings and secrets of a peer in a service that does not call it. */
function findUncalledPeers(
  contract: Partial<ServiceContract>,
  platform: ValidPlatformFields,
  where: string,
): Problem[] {
  const { settings = [], secrets = [], calls } = contract;
  if (calls === undefined) return [];
  const remedy = (peer: string) => `which it does not call; add ${peer} to calls, or do not read it`;
  const settingProblems = settings.flatMap((name) => {
    const peer = findPeer(name, platform);
    if (peer === undefined || calls.includes(peer)) return [];
    return [`${where}.settings: ${name} leads to ${peer}, ${remedy(peer)}`];
  });
  const passwords = secrets.filter((name) => name === platform.databasePassword && !calls.includes('database'));
  return [
    ...settingProblems,
    ...passwords.map((name) => `${where}.secrets: ${name} is for the database, ${remedy('database')}`),
  ];
}

/** Called services whose URL is in no setting that the caller reads. */
function findMissingAddresses(
  contract: Partial<ServiceContract>,
  platform: ValidPlatformFields,
  where: string,
): Problem[] {
  const { calls = [], settings, mountsEnvFile } = contract;
  if (settings === undefined) return [];
  const read = mountsEnvFile === true ? Object.keys(platform.settings ?? {}) : settings;
  const known = read.map((name) => findPeer(name, platform));
  return calls
    .filter((peer) => platform.services.some(({ name }) => name === peer) && !known.includes(peer))
    .map((peer) => `${where}.calls: no setting holds the URL of ${peer}; read one made by serviceUrl('${peer}')`);
}

/** What a service may do in the database is stated by those that call it, and by no others. */
function findAccessProblems({ calls, databaseAccess }: Partial<ServiceContract>, where: string): Problem[] {
  if (calls === undefined || databaseAccess === undefined) return [];
  const isCalled = calls.includes('database');
  const place = `${where}.databaseAccess: ${JSON.stringify(databaseAccess)}`;
  if (isCalled && databaseAccess === 'none') return [`${place}: it calls the database; state what it may do there`];
  if (!isCalled && databaseAccess !== 'none') return [`${place}: it does not call the database; use none`];
  return [];
}

/** The budget of the database's connections counts the pools of those that call it. */
function findPoolProblems({ calls, databasePoolSize }: Partial<ServiceContract>, where: string): Problem[] {
  if (calls === undefined || databasePoolSize === undefined) return [];
  const place = `${where}.databasePoolSize: ${databasePoolSize}`;
  const isCalled = calls.includes('database');
  if (isCalled && databasePoolSize === 0) return [`${place}: it calls the database; state the size of its pool`];
  if (!isCalled && databasePoolSize > 0) return [`${place}: it does not call the database; use 0`];
  return [];
}

function findPeer(name: string, { settings }: ValidPlatformFields): string | undefined {
  const setting = settings?.[name];
  return setting?.kind === 'derived' ? setting.peer : undefined;
}

function isWellKnown(peer: string): boolean {
  return (wellKnownPeers as readonly string[]).includes(peer);
}
