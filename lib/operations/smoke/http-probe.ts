import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import { collapseWhitespace } from '../../cluster/format';
import { UsageError } from '../../platform/errors';

/** How a request is sent. */
export interface Connection {
  readonly address: Address;
  /** Public host that the request is for. */
  readonly host: string;
  /** Whether the server's certificate is verified. */
  readonly verified: boolean;
  /** Certificates of the trusted authorities, in PEM. @default - those that Node trusts */
  readonly authorities?: string;
  /** Milliseconds that an attempt may take. */
  readonly timeout: number;
}

/** The server that requests are sent to. Host header and TLS server name say which host they are for. */
export interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/**
 * Requests a path that should respond 200.
 * @throws ProbeError, or Node's network error
 */
export function probeStatus(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, {}, async (response) => {
    if (response.statusCode !== 200) throw makeStatusError(200, response);
  });
}

/**
 * Requests the first byte of a file, and expects that byte alone.
 * @throws ProbeError, or Node's network error
 */
export function probeRange(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, { Range: 'bytes=0-0' }, async (response) => {
    if (response.statusCode !== 206) throw makeStatusError(206, response);
    const range = response.headers['content-range'] ?? 'none';
    if (!/^bytes 0-0\/(\d+|\*)$/.test(range)) throw new ProbeError(`responded 206 with the Content-Range ${range}`);
    const bytes = await countBytes(response, 2);
    if (bytes !== 1) throw new ProbeError(`responded 206 with ${bytes === 0 ? 'no byte' : 'more than one byte'}`);
  });
}

async function probe(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  verify: (response: IncomingMessage) => Promise<void>,
): Promise<void> {
  const signal = AbortSignal.timeout(connection.timeout);
  try {
    const response = await sendRequest(connection, path, headers, signal);
    // The rest of the body may be a stream without an end.
    await verify(response).finally(() => response.destroy());
  } catch (error) {
    throw signal.aborted ? new ProbeError(`timeout: no response within ${connection.timeout / 1000} s`) : error;
  }
}

function sendRequest(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options = makeRequestOptions(connection);
  const request = connection.address.secure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request({ ...options, headers: { ...options.headers, ...headers }, path, signal, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

/** Counts the bytes of a response, up to a limit. */
async function countBytes(response: IncomingMessage, limit: number): Promise<number> {
  let count = 0;
  for await (const chunk of response) {
    count += (chunk as Buffer).length;
    if (count >= limit) break;
  }
  return Math.min(count, limit);
}

/** Returns the options that all requests share: they go to the address, in the name of the host. */
export function makeRequestOptions({ address, host, verified, authorities }: Connection) {
  return {
    host: address.host,
    port: address.port,
    servername: host,
    headers: { Host: host },
    rejectUnauthorized: verified,
    ca: authorities,
  } as const;
}

export function makePublicAddress(host: string): Address {
  return { secure: true, host, port: 443 };
}

/** Formats an address as URLs write it: `[::1]:8080`. */
export function formatAuthority({ host, port }: Address): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Parses a base URL.
 * @throws UsageError if it is no http or https URL, or has more than a host and a port
 */
export function parseBaseUrl(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(`${JSON.stringify(text)} is not a base URL; use http(s)://host[:port], without a path`);
  }
  const secure = url.protocol === 'https:';
  return {
    secure,
    // Only URLs write an IPv6 address in brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
  };
}

/** An attempt that failed because of the server's response; the message is for users. */
export class ProbeError extends Error {}

/** What the codes of Node's network errors mean. */
const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without a response',
  ENOTFOUND: 'DNS does not know the host',
  EAI_AGAIN: 'DNS does not respond',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no connection: timeout',
  EPROTO: 'does not speak TLS',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted: it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted: its authority is unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate not trusted: its authority is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted: its authority is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted: its authority is unknown',
};

/** The fields that are read of an error, ours or Node's. */
interface NetworkError {
  readonly message?: string;
  readonly code?: string;
  /** The refused certificate. */
  readonly cert?: { readonly subjectaltname?: string };
}

/** Describes why an attempt failed, in one line. */
export function describeError(error: unknown): string {
  const { message = String(error), code = '', cert } = error as NetworkError;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `certificate for another host: ${cert?.subjectaltname ?? 'it names none'}`;
  }
  return networkErrors[code] ?? collapseWhitespace(message || code);
}

/** The fields that are read of a response. */
interface ResponseHead {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly location?: string | undefined };
}

/** Makes the error for a response with another status than the expected one. */
export function makeStatusError(expected: number, { statusCode, headers }: ResponseHead): ProbeError {
  const { location } = headers;
  if (location !== undefined) return new ProbeError(`redirected to ${collapseWhitespace(location)} (${statusCode})`);
  return new ProbeError(`responded ${statusCode} instead of ${expected}`);
}
