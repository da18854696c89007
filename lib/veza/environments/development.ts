import type { Development } from '../../platform/development';
import type { veza } from '../veza';
import { runbookBaseUrl } from './runbooks';

const placeholder = 'development-only';

/** Development environment of the Veza platform. Database and Grafana have the values of the guide's compose file. */
export const development: Development<typeof veza> = {
  name: 'development',
  database: { name: 'veza_development', user: 'veza_user' },
  objective: 0.99,
  runbookBaseUrl,
  grafanaPassword: 'admin',
  settings: {
    LOG_LEVEL: 'debug',
    GOOGLE_CLIENT_ID: placeholder,
    GITHUB_CLIENT_ID: placeholder,
    DISCORD_CLIENT_ID: placeholder,
    SMTP_HOST: 'localhost',
    SMTP_PORT: 1025,
    SMTP_USERNAME: placeholder,
    AWS_REGION: 'us-west-2',
    S3_BUCKET: 'veza-audio-files-development',
  },
  secrets: {
    DB_PASSWORD: 'veza_password',
    JWT_SECRET_KEY: placeholder,
    GOOGLE_CLIENT_SECRET: placeholder,
    GITHUB_CLIENT_SECRET: placeholder,
    DISCORD_CLIENT_SECRET: placeholder,
    SMTP_PASSWORD: placeholder,
    AWS_ACCESS_KEY_ID: placeholder,
    AWS_SECRET_ACCESS_KEY: placeholder,
  },
};
