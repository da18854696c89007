import { collapseWhitespace } from '../../cluster/format';

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
export interface ResponseHead {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly location?: string | undefined };
}

/** Makes the error for a response with another status than the expected one. */
export function unexpectedStatus(expected: number, { statusCode, headers }: ResponseHead): ProbeError {
  const { location } = headers;
  if (location !== undefined) return new ProbeError(`redirected to ${collapseWhitespace(location)} (${statusCode})`);
  return new ProbeError(`responded ${statusCode} instead of ${expected}`);
}
