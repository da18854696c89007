import { type Clock, type RetryPolicy, type RetryResult, retry } from '../../cluster/wait';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import type { ServiceContract, SmokeRequest } from '../../platform/service-contract';
import { decidePublicCertificates } from '../../platform/settings/edge';
import {
  type Address,
  type Connection,
  describeError,
  formatAuthority,
  makePublicAddress,
  probeRange,
  probeStatus,
} from './http-probe';
import { probeWebsocket } from './websocket-probe';

/**
 * Runs the smoke tests of the public services and prints a line per request.
 * @throws OperationError if a request fails, or the platform has no public service
 */
export async function runSmokeTests(
  platform: Platform,
  environment: Environment,
  options: Omit<SmokeOptions, 'report'>,
  print: (line: string) => void,
): Promise<void> {
  const report = (result: SmokeResult) => print(formatSmokeResult(result));
  const results = await sendProbes(platform, environment, { ...options, report });
  if (results.length === 0) throw new OperationError([`no smoke test was run: ${platform.name} has no public service`]);
  const failed = results.filter(({ error }) => error !== undefined);
  const [first] = failed;
  if (first) {
    const cause = `${first.host}${first.path}: ${first.error}`;
    throw new OperationError([`${failed.length} of ${results.length} smoke tests failed: ${cause}`]);
  }
}

export interface SmokeOptions {
  /** Server that receives all requests, under the names of their hosts. @default - each request's public host */
  readonly address?: Address;
  /** Called with each result as it arrives. @default - results are only returned */
  readonly report?: (result: SmokeResult) => void;
  /** Certificates of the trusted authorities, in PEM. @default - those that Node trusts */
  readonly authorities?: string;
  /** Milliseconds that an attempt may take. @default 10000 */
  readonly timeout?: number;
  /** How long each request is retried. @default - for a minute, with pauses of 1, 2, 4… seconds */
  readonly retryPolicy?: RetryPolicy;
  /** Ends the retries. @default - no signal */
  readonly signal?: AbortSignal;
  /** Clock of the pauses between two attempts. */
  readonly clock: Clock;
}

const defaultRetryPolicy: RetryPolicy = { firstPause: 1_000, timeoutMs: 60_000 };

/** One request of a smoke test. */
export interface Probe {
  /** Name of the service that should answer. */
  readonly service: string;
  /** `status` expects 200; the other kinds are those of the contracts. */
  readonly kind: 'status' | SmokeRequest['kind'];
  /** Public host, as clients write it. */
  readonly host: string;
  readonly path: string;
}

/** How one request of a smoke test ended. */
export interface SmokeResult extends Probe {
  /** Why it failed, in one line; undefined if it succeeded. */
  readonly error: string | undefined;
  /** Milliseconds that the last attempt took. */
  readonly milliseconds: number;
  readonly attempts: number;
  /** Whether it was sent over TLS. */
  readonly secure: boolean;
  /** Where it was sent instead of to its public host: `127.0.0.1:8443`. */
  readonly via: string | undefined;
  /** Whether the certificate was not verified. */
  readonly unverified: boolean;
}

/** Sends all probes of a platform at once, and returns the results in the order of `listSmokeProbes`. */
export function sendProbes(
  platform: Platform,
  { domain, edge }: Pick<Environment, 'domain' | 'edge'>,
  options: SmokeOptions,
): Promise<SmokeResult[]> {
  const { address, report, authorities, timeout = 10_000, retryPolicy = defaultRetryPolicy, signal, clock } = options;
  const verified = decidePublicCertificates(edge) !== 'untrusted';
  const results = listSmokeProbes(platform, domain).map(async (probe) => {
    const { host } = probe;
    const connection = { address: address ?? makePublicAddress(host), host, verified, authorities, timeout };
    const outcome = await retry(() => send(probe, connection), retryPolicy, clock, signal);
    const result = { ...toResult(probe, connection, outcome), via: address && formatAuthority(address) };
    report?.(result);
    return result;
  });
  return Promise.all(results);
}

/** Lists the requests of a smoke test: each public service's health paths, and those of its contract. */
export function listSmokeProbes({ services }: Platform, domain: string): Probe[] {
  return services.flatMap((contract) => listServiceProbes(contract, domain));
}

function listServiceProbes({ name: service, exposure, health }: ServiceContract, domain: string): Probe[] {
  if (exposure === 'internal') return [];
  const host = `${exposure.subdomain}.${domain}`;
  return [
    { service, kind: 'status', host, path: health.live },
    { service, kind: 'status', host, path: health.ready },
    ...exposure.smoke.map(({ kind, path }): Probe => ({ service, kind, host, path })),
  ];
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

function toResult(
  probe: Probe,
  { address: { secure }, verified }: Connection,
  { count: attempts, milliseconds, error: thrown }: RetryResult,
): Omit<SmokeResult, 'via'> {
  const error = thrown === undefined ? undefined : describeError(thrown);
  return { ...probe, error, milliseconds, attempts, secure, unverified: secure && !verified };
}

const expectedResponses: Readonly<Record<Probe['kind'], string>> = {
  status: '200',
  range: '206, one byte',
  websocket: '101, websocket open',
};

/** Formats a result as a line: `ok      stream-server  https://stream.veza.app/health: 200 in 34 ms`. */
export function formatSmokeResult(result: SmokeResult): string {
  const { service, kind, host, path, error, milliseconds, attempts, secure, via, unverified } = result;
  const state = error === undefined ? 'ok    ' : 'failed';
  const retried = attempts === 1 ? '' : error === undefined ? `, attempt ${attempts}` : ` after ${attempts} attempts`;
  const certificate = unverified && error === undefined ? ', certificate not verified' : '';
  const scheme = `${kind === 'websocket' ? 'ws' : 'http'}${secure ? 's' : ''}`;
  const url = `${scheme}://${host}${path}${via === undefined ? '' : ` via ${via}`}`;
  return `${state}  ${service}  ${url}: ${error ?? expectedResponses[kind]} in ${milliseconds} ms${retried}${certificate}`;
}
