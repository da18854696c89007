/** A service of a compose file: the fields that ours have. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: 'service_healthy' | 'service_started' }>>;
  readonly healthcheck?: HealthCheck;
}

/** How compose learns that a service is there. */
export interface HealthCheck {
  readonly test: readonly ['CMD', ...string[]];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
}

/** Publishes ports to this machine alone: on all addresses, the whole network could log in with the public passwords. */
export function onLoopback(ports: readonly number[]): string[] {
  return ports.map((port) => `127.0.0.1:${port}:${port}`);
}
