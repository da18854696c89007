import type { Platform } from '../platform/platform';
import type { StatedValues } from '../platform/service-settings';
import { staging } from '../veza/environments/staging';
import type { veza } from '../veza/veza';

/** A developer's machine as a value: what an environment of the cluster states, as far as compose needs it. */
export interface Development<P extends Platform = Platform> {
  /** What the services read as ENV. */
  readonly name: string;
  readonly database: { readonly name: string; readonly user: string };
  /** Share of its events that are to be good, of every service. */
  readonly objective: number;
  /** Where runbooks are read, without a slash at the end. */
  readonly runbookBaseUrl: string;
  /** Password of Grafana's admin; public as all others. */
  readonly grafanaPassword: string;
  readonly settings: StatedValues<P['settings']>;
  /** Values of all secrets. They are public and open nothing: never those of a real account. */
  readonly secrets: { readonly [Name in P['secrets'][number]]: string };
}

const nothing = 'development-only';

/** Development of the Veza platform. The values of the database and of Grafana are those of the guide's compose file. */
export const development: Development<typeof veza> = {
  name: 'development',
  database: { name: 'veza_development', user: 'veza_user' },
  objective: 0.99,
  runbookBaseUrl: staging.monitoring.runbookBaseUrl,
  grafanaPassword: 'admin',
  settings: {
    LOG_LEVEL: 'debug',
    GOOGLE_CLIENT_ID: nothing,
    GITHUB_CLIENT_ID: nothing,
    DISCORD_CLIENT_ID: nothing,
    SMTP_HOST: 'localhost',
    SMTP_PORT: 1025,
    SMTP_USERNAME: nothing,
    AWS_REGION: 'us-west-2',
    S3_BUCKET: 'veza-audio-files-development',
  },
  secrets: {
    DB_PASSWORD: 'veza_password',
    JWT_SECRET_KEY: nothing,
    GOOGLE_CLIENT_SECRET: nothing,
    GITHUB_CLIENT_SECRET: nothing,
    DISCORD_CLIENT_SECRET: nothing,
    SMTP_PASSWORD: nothing,
    AWS_ACCESS_KEY_ID: nothing,
    AWS_SECRET_ACCESS_KEY: nothing,
  },
};
