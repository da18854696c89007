import type { Address } from './address';

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
