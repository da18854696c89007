import type { Platform } from './platform';
import type { StatedValues } from './service-settings';

/** A development environment: the part of an environment's settings that Docker Compose needs. */
export interface Development<P extends Platform = Platform> {
  /** Value of the services' variable ENV. */
  readonly name: string;
  readonly database: { readonly name: string; readonly user: string };
  /** Share of good events that every service is measured against, such as 0.99. */
  readonly objective: number;
  /** Base URL of the runbooks, without a slash at the end. */
  readonly runbookBaseUrl: string;
  /** Password of Grafana's admin account; public as all the others. */
  readonly grafanaPassword: string;
  readonly settings: StatedValues<P['settings']>;
  /** Values of all secrets. They are public: never state those of a real account. */
  readonly secrets: { readonly [Name in P['secrets'][number]]: string };
}
