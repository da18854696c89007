import { isIPv6 } from 'node:net';
import { UsageError } from '../../problems';

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
export function addressOf(text: string): Address {
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
