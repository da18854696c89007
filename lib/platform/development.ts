import type { Platform } from './platform';
import type { StatedValues } from './service-settings';

/** A development environment: the part of an environment's settings that Docker Compose needs. */
export interface Development<P extends Platform = Platform> {
  /** Value of the services' variable ENV. */
  readonly name: string;
  /** Database of the services. */
  readonly database: {
    /** Name of the database, such as `veza_development`. */
    readonly name: string;
    /** Role that the services log in with, such as `veza_user`. */
    readonly user: string;
  };
  /** Share of good events that every service is measured against, such as 0.99. */
  readonly objective: number;
  /** Base URL of the runbooks, without a slash at the end. */
  readonly runbookBaseUrl: string;
  /** Password of Grafana's admin account; public as all the others. */
  readonly grafanaPassword: string;
  /** Values of the settings that a platform leaves to its environments. */
  readonly settings: StatedValues<P['settings']>;
  /** Values of all secrets. They are public: never state those of a real account. */
  readonly secrets: { readonly [Name in P['secrets'][number]]: string };
}
