import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { UsageError } from '../../platform/errors';
import { ProbeError, unexpectedStatus } from './probe-error';

/**
 * Asks for a path that answers 200.
 * @throws Trouble, or the error of the network
 */
export function probeStatus(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, {}, async (response) => {
    if (response.statusCode !== 200) throw unexpectedStatus(200, response);
  });
}

/**
 * Asks for the first byte of a file, and gets that byte alone.
 * @throws Trouble, or the error of the network
 */
export function probeRange(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, { Range: 'bytes=0-0' }, async (response) => {
    if (response.statusCode !== 206) throw unexpectedStatus(206, response);
    const range = response.headers['content-range'] ?? 'none';
    if (!/^bytes 0-0\/(\d+|\*)$/.test(range)) throw new ProbeError(`answered 206 with the Content-Range ${range}`);
    const bytes = await firstBytes(response, 2);
    if (bytes !== 1) throw new ProbeError(`answered 206 with ${bytes === 0 ? 'no byte' : 'more than the one byte'}`);
  });
}

async function probe(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  judge: (response: IncomingMessage) => Promise<void>,
): Promise<void> {
  const signal = AbortSignal.timeout(connection.timeout);
  try {
    const response = await responseTo(connection, path, headers, signal);
    // What is left of the body may be a stream without an end.
    await judge(response).finally(() => response.destroy());
  } catch (error) {
    throw signal.aborted ? new ProbeError(`timeout: no answer within ${connection.timeout / 1000} s`) : error;
  }
}

function responseTo(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options = requestOptions(connection);
  const request = connection.address.secure ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    request({ ...options, headers: { ...options.headers, ...headers }, path, signal, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

/** How many bytes come, counted up to a bound. */
async function firstBytes(response: IncomingMessage, bound: number): Promise<number> {
  let count = 0;
  for await (const chunk of response) {
    count += (chunk as Buffer).length;
    if (count >= bound) break;
  }
  return Math.min(count, bound);
}

/** Where requests are sent. Which host they are for is told by their Host header and TLS server name. */
export interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** Where the world reaches a public host. */
export function publicAddress(host: string): Address {
  return { secure: true, host, port: 443 };
}

/** An address as URLs write it: `[::1]:8080`. */
export function authorityOf({ host, port }: Address): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * The address that a URL names.
 * @throws UsageError if it is no URL of http or https, or has more to it than a host and a port
 */
export function parseBaseUrl(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(`${JSON.stringify(text)} is no base URL; use http(s)://host[:port], without a path`);
  }
  const secure = url.protocol === 'https:';
  return {
    secure,
    // The brackets of an IPv6 address belong to the URL alone.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
  };
}

/** How a request is sent: to where, in whose name, and how long it may take. */
export interface Connection {
  readonly address: Address;
  /** Public host that the request is for. */
  readonly host: string;
  /** Whether the certificate has to be one that a client accepts. */
  readonly verified: boolean;
  /** Certificates of the authorities that are trusted, in PEM. @default - those that Node trusts */
  readonly authorities?: string;
  /** Milliseconds that a try may take. */
  readonly timeout: number;
}

/** The options that all requests share: they go to the address, in the name of the host. */
export function requestOptions({ address, host, verified, authorities }: Connection) {
  return {
    host: address.host,
    port: address.port,
    servername: host,
    headers: { Host: host },
    rejectUnauthorized: verified,
    ca: authorities,
  } as const;
}
