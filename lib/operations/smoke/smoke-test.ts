import type { Environment } from '../../environments/environment';
import type { Platform } from '../../platform';
import type { Clock } from '../clock';
import { type Address, authorityOf, publicAddress } from './address';
import { type Attempts, attempt, type Patience } from './attempts';
import type { Connection } from './connection';
import { probeRange, probeStatus } from './http-probe';
import { type Probe, probesOf } from './probes';
import { causeOf } from './trouble';
import { probeWebsocket } from './websocket-probe';

/** How one request of a smoke test ended. */
export interface SmokeResult extends Probe {
  /** Why it failed, in one line; nothing if it was answered as it should be. */
  readonly trouble: string | undefined;
  /** Milliseconds that its last try took. */
  readonly milliseconds: number;
  readonly tries: number;
  /** Whether it was sent by TLS. */
  readonly secure: boolean;
  /** Where it was sent instead of its public host: `127.0.0.1:8443`. */
  readonly via: string | undefined;
  /** Whether it was answered under a certificate that was not verified. */
  readonly unverified: boolean;
}

/** Options of a smoke test. */
export interface SmokeOptions {
  /** Where all requests are sent, in the names of their hosts. @default - to the public hosts */
  readonly address?: Address;
  /** Called with each result as it comes. @default - nobody is told before the end */
  readonly report?: (result: SmokeResult) => void;
  /** Certificates of the authorities that are trusted, in PEM. @default - those that Node trusts */
  readonly authorities?: string;
  /** Milliseconds that a try may take. @default 10000 */
  readonly timeout?: number;
  /** How long each request is tried again. @default - for a minute, with pauses of 1, 2, 4… seconds */
  readonly patience?: Patience;
  /** After it nothing is tried again. @default - nobody stops it */
  readonly signal?: AbortSignal;
  /** The time that pauses between two tries take. @default - this machine's */
  readonly clock?: Clock;
}

const aMinute: Patience = { firstPause: 1_000, bound: 60_000 };

/** Sends what `probesOf` lists, all at once, and returns every result in the order of the list. */
export function smokeTest(
  platform: Platform,
  { domain, monitoring }: Pick<Environment, 'domain' | 'monitoring'>,
  { address, report, authorities, timeout = 10_000, patience = aMinute, signal, clock }: SmokeOptions = {},
): Promise<SmokeResult[]> {
  const verified = monitoring.publicCertificates !== 'untrusted';
  const results = probesOf(platform, domain).map(async (probe) => {
    const { host } = probe;
    const connection = { address: address ?? publicAddress(host), host, verified, authorities, timeout };
    const tried = await attempt(() => send(probe, connection), patience, signal, clock);
    const result = { ...resultOf(probe, connection, tried), via: address && authorityOf(address) };
    report?.(result);
    return result;
  });
  return Promise.all(results);
}

function resultOf(
  probe: Probe,
  connection: Connection,
  { count: tries, milliseconds, error }: Attempts,
): Omit<SmokeResult, 'via'> {
  const trouble = error === undefined ? undefined : causeOf(error);
  const { secure } = connection.address;
  return { ...probe, trouble, milliseconds, tries, secure, unverified: secure && !connection.verified };
}

function send({ kind, path }: Probe, connection: Connection): Promise<void> {
  switch (kind) {
    case 'status':
      return probeStatus(connection, path);
    case 'range':
      return probeRange(connection, path);
    case 'websocket':
      return probeWebsocket(connection, path);
  }
}

/** What a request's right answer is called. */
const answers: Readonly<Record<Probe['kind'], string>> = {
  status: '200',
  range: '206, one byte',
  websocket: '101, websocket open',
};

/**
 * A result as a line: `ok   stream-server  https://stream.veza.app/health: 200 in 34 ms`. The scheme is the one that was
 * asked by, and an address that was asked instead of the public host is named.
 */
export function smokeLine({
  service,
  host,
  path,
  kind,
  trouble,
  milliseconds,
  tries,
  secure,
  via,
  unverified,
}: SmokeResult): string {
  const state = trouble === undefined ? 'ok ' : 'bad';
  const again = tries === 1 ? '' : trouble === undefined ? `, at try ${tries}` : `, the last of ${tries} tries`;
  const accepted = unverified && trouble === undefined ? ', certificate not verified' : '';
  const scheme = `${kind === 'websocket' ? 'ws' : 'http'}${secure ? 's' : ''}`;
  const url = `${scheme}://${host}${path}${via === undefined ? '' : ` via ${via}`}`;
  return `${state}  ${service}  ${url}: ${trouble ?? answers[kind]} in ${milliseconds} ms${again}${accepted}`;
}
