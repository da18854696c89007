import type { Clock } from '../../cluster/wait';
import { type RetryPolicy, type RetryResult, retry } from '../../cluster/wait';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import type { ServiceContract, SmokeRequest } from '../../platform/service-contract';
import type { Connection } from './http-probe';
import { type Address, authorityOf, probeRange, probeStatus, publicAddress } from './http-probe';
import { describeError } from './probe-error';
import { probeWebsocket } from './websocket-probe';

/** How one request of a smoke test ended. */
export interface SmokeResult extends Probe {
  /** Why it failed, in one line; nothing if it was answered as it should be. */
  readonly trouble: string | undefined;
  /** Milliseconds that its last try took. */
  readonly milliseconds: number;
  readonly attempts: number;
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
  readonly patience?: RetryPolicy;
  /** After it nothing is tried again. @default - nobody stops it */
  readonly signal?: AbortSignal;
  /** The time that pauses between two tries take. @default - this machine's */
  readonly clock?: Clock;
}

const defaultRetryPolicy: RetryPolicy = { firstPause: 1_000, timeoutMs: 60_000 };

/** Sends what `probesOf` lists, all at once, and returns every result in the order of the list. */
export function smokeTest(
  platform: Platform,
  { domain, monitoring }: Pick<Environment, 'domain' | 'monitoring'>,
  { address, report, authorities, timeout = 10_000, patience = defaultRetryPolicy, signal, clock }: SmokeOptions = {},
): Promise<SmokeResult[]> {
  const verified = monitoring.publicCertificates !== 'untrusted';
  const results = smokeProbes(platform, domain).map(async (probe) => {
    const { host } = probe;
    const connection = { address: address ?? publicAddress(host), host, verified, authorities, timeout };
    const tried = await retry(() => send(probe, connection), patience, signal, clock);
    const result = { ...resultOf(probe, connection, tried), via: address && authorityOf(address) };
    report?.(result);
    return result;
  });
  return Promise.all(results);
}

function resultOf(
  probe: Probe,
  connection: Connection,
  { count: tries, milliseconds, error }: RetryResult,
): Omit<SmokeResult, 'via'> {
  const trouble = error === undefined ? undefined : describeError(error);
  const { secure } = connection.address;
  return { ...probe, trouble, milliseconds, attempts: tries, secure, unverified: secure && !connection.verified };
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
  attempts: tries,
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

/** One request of a smoke test. */
export interface Probe {
  /** Name of the service that is to answer. */
  readonly service: string;
  /** `status` is answered by 200, and the others by what their kind asks for. */
  readonly kind: 'status' | SmokeRequest['kind'];
  /** Public host, as clients write it. */
  readonly host: string;
  readonly path: string;
}

/** Everything that is asked of a platform's public services: the health paths, and what each is for. */
export function smokeProbes({ services }: Platform, domain: string): Probe[] {
  return services.flatMap((contract) => serviceProbes(contract, domain));
}

function serviceProbes({ name: service, exposure, health }: ServiceContract, domain: string): Probe[] {
  if (exposure === 'internal') return [];
  const host = `${exposure.subdomain}.${domain}`;
  return [
    { service, kind: 'status', host, path: health.live },
    { service, kind: 'status', host, path: health.ready },
    ...exposure.smoke.map(({ kind, path }): Probe => ({ service, kind, host, path })),
  ];
}

/**
 * Tries the public services and says how each request went.
 * @throws OperationError if one is not answered as it should be, or there is none to send
 */
export async function runSmokeTests(
  platform: Platform,
  environment: Environment,
  options: Omit<SmokeOptions, 'report'>,
  say: (line: string) => void,
): Promise<void> {
  const results = await smokeTest(platform, environment, { ...options, report: (result) => say(smokeLine(result)) });
  if (results.length === 0) throw new OperationError([`${platform.name} has no public service, so nothing was asked`]);
  const failed = results.filter(({ trouble }) => trouble !== undefined);
  const [first] = failed;
  if (first) throw new OperationError([`${failed.length} of ${results.length} smoke tests failed: ${causeOf(first)}`]);
}

function causeOf({ host, path, trouble }: SmokeResult): string {
  return `${host}${path}: ${trouble}`;
}
