import { collapseWhitespace } from '../../cluster/format';
/** Why a try failed, in words for the person who reads the line. */
export class ProbeError extends Error {}

/** What the codes of Node's network errors mean. */
const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  ENOTFOUND: 'DNS does not know the host',
  EAI_AGAIN: 'DNS does not answer',
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

/** What is read of an error, whoever threw it. */
interface Failure {
  readonly message?: string;
  readonly code?: string;
  /** The certificate that was refused. */
  readonly cert?: { readonly subjectaltname?: string };
}

/** The cause of a failed try, in one line. */
export function describeError(error: unknown): string {
  const { message = String(error), code = '', cert } = error as Failure;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `certificate for another host: ${cert?.subjectaltname ?? 'it names none'}`;
  }
  return networkErrors[code] ?? collapseWhitespace(message || code);
}

/** The status of an answer that should have been another one. */
export function unexpectedStatus(expected: number, { statusCode, headers }: Answered): ProbeError {
  const { location } = headers;
  if (location !== undefined) return new ProbeError(`redirected to ${collapseWhitespace(location)} (${statusCode})`);
  return new ProbeError(`answered ${statusCode} instead of ${expected}`);
}

/** What is read of an answer. */
export interface Answered {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly location?: string | undefined };
}
