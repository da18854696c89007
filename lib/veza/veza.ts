import { definePlatform } from '../platform/platform';
import { constant, derived, fromCache, fromDatabase, integer, oneOf, text } from '../platform/service-settings';
import { backendApi } from './services/backend-api';
import { chatServer } from './services/chat-server';
import { streamServer } from './services/stream-server';

/**
 * The Veza platform. Names and constant values are the deployment guide's; DB_USER, which the guide leaves out, is the
 * compose file's. API_PORT, GRPC_PORT and METRICS_PORT are those of the API, the one service that reads the env file.
 */
export const veza = definePlatform({
  name: 'veza',
  settings: {
    ENV: derived(({ environment }) => environment),
    LOG_LEVEL: oneOf('error', 'warn', 'info', 'debug', 'trace'),
    API_PORT: constant(backendApi.ports.http),
    GRPC_PORT: constant(backendApi.ports.grpc),
    DB_HOST: fromDatabase(({ host }) => host),
    DB_PORT: fromDatabase(({ port }) => port),
    DB_NAME: fromDatabase(({ name }) => name),
    DB_USER: fromDatabase(({ user }) => user),
    DB_SSL_MODE: fromDatabase(({ sslMode }) => sslMode),
    REDIS_HOST: fromCache(({ host }) => host),
    REDIS_PORT: fromCache(({ port }) => port),
    REDIS_DB: fromCache(({ database }) => database),
    JWT_ACCESS_TOKEN_TTL: constant(3600),
    JWT_REFRESH_TOKEN_TTL: constant(604800),
    GOOGLE_CLIENT_ID: text(),
    GITHUB_CLIENT_ID: text(),
    DISCORD_CLIENT_ID: text(),
    SMTP_HOST: text(),
    SMTP_PORT: integer({ min: 1, max: 65535 }),
    SMTP_USERNAME: text(),
    STORAGE_TYPE: constant('s3'),
    AWS_REGION: text(),
    S3_BUCKET: text(),
    PROMETHEUS_ENABLED: constant(true),
    METRICS_PORT: constant(backendApi.ports.metrics),
  },
  secrets: [
    'DB_PASSWORD',
    'JWT_SECRET_KEY',
    'GOOGLE_CLIENT_SECRET',
    'GITHUB_CLIENT_SECRET',
    'DISCORD_CLIENT_SECRET',
    'SMTP_PASSWORD',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ],
  databasePassword: 'DB_PASSWORD',
  services: [backendApi, chatServer, streamServer],
});
