import type { ServiceContract } from '../../platform/service-contract';
import { coreSecrets, sharedSettings, storageSecrets, storageSettings } from './shared-settings';

/**
 * The Go API: accounts, uploads, mail.
 * The guide gives names, ports, paths and limits; pool size, drain time and format of the logs are our assumption about the image.
 * gRPC listens on 50051, since the guide's 9090 is taken by metrics; no caller is known, so nothing routes to it.
 */
export const backendApi = {
  name: 'backend-api',
  component: 'api',
  image: 'ghcr.io/veza/backend-api',
  ports: { http: 8080, grpc: 50051, metrics: 9090 },
  portVariables: { API_PORT: 'http', GRPC_PORT: 'grpc', METRICS_PORT: 'metrics' },
  servicePorts: { http: { port: 80, target: 'http' }, metrics: { port: 9090, target: 'metrics' } },
  health: { live: '/health', ready: '/ready' },
  settings: [
    ...sharedSettings,
    'JWT_ACCESS_TOKEN_TTL',
    'JWT_REFRESH_TOKEN_TTL',
    'GOOGLE_CLIENT_ID',
    'GITHUB_CLIENT_ID',
    'DISCORD_CLIENT_ID',
    'SMTP_HOST',
    'SMTP_PORT',
    'SMTP_USERNAME',
    ...storageSettings,
  ],
  secrets: [
    ...coreSecrets,
    'GOOGLE_CLIENT_SECRET',
    'GITHUB_CLIENT_SECRET',
    'DISCORD_CLIENT_SECRET',
    'SMTP_PASSWORD',
    ...storageSecrets,
  ],
  mountsEnvFile: true,
  calls: ['database', 'cache', 'https', 'smtp'],
  exposure: {
    subdomain: 'api',
    servicePort: 'http',
    maxBodySize: '100Mi',
    idleTimeout: 300,
    connectTimeout: 5,
    buffering: true,
    // A page is some ten requests, so that 300 users of one office may open theirs in the same second.
    limits: { requestsPerSecond: 100, burst: 3000, concurrent: 500 },
    smoke: [],
  },
  drainSeconds: 30,
  databasePoolSize: 10,
  databaseAccess: { shared: 'write', reads: [] },
  tmpSize: '1Gi',
  metrics: {
    exports: {
      http_requests_total: { type: 'counter', help: 'Requests by the status of their response.', assumed: false },
      http_request_duration_seconds: {
        type: 'histogram',
        help: 'Time from a request to the end of its response.',
        assumed: false,
      },
    },
    indicator: { kind: 'requests', counter: 'http_requests_total', failed: { label: 'status', pattern: '5..' } },
    responseTime: { histogram: 'http_request_duration_seconds', p95: 0.5 },
  },
  logs: {
    format: 'json',
    level: 'level',
    message: 'msg',
    trace: 'trace_id',
    panic: 'go',
    scrub: [],
    assumed: true,
  },
} as const satisfies ServiceContract;
