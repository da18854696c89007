import type { ServiceContract } from '../../platform/service-contract';
import { coreSecrets, sharedSettings } from './shared-settings';

/**
 * The Rust websocket chat.
 * CHAT_PORT, pool size, drain time, metrics, logs and the path of the websocket are our assumption about the image; all else is the guide's. The connect
 * timeout is the guide's too: the kernel gives up long before.
 */
export const chatServer = {
  name: 'chat-server',
  component: 'chat',
  image: 'ghcr.io/veza/chat-server',
  ports: { http: 8081, metrics: 9091 },
  portVariables: { CHAT_PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: {
    http: { port: 80, target: 'http' },
    websocket: { port: 8081, target: 'http' },
    metrics: { port: 9091, target: 'metrics' },
  },
  health: { live: '/health', ready: '/ready' },
  settings: sharedSettings,
  secrets: coreSecrets,
  mountsEnvFile: false,
  calls: ['database', 'cache'],
  exposure: {
    subdomain: 'chat',
    servicePort: 'http',
    maxBodySize: '1Mi',
    idleTimeout: 3600,
    connectTimeout: 3600,
    buffering: false,
    // One request a client: the users of one office, each with some tabs and a telephone, reconnect at once after a deploy.
    limits: { requestsPerSecond: 50, burst: 2000, concurrent: 3000 },
    smoke: [{ kind: 'websocket', path: '/ws' }],
  },
  drainSeconds: 60,
  databasePoolSize: 10,
  databaseAccess: { shared: 'write', reads: [] },
  tmpSize: '64Mi',
  metrics: {
    exports: {
      chat_connects_total: {
        type: 'counter',
        help: 'Attempts to open a websocket, by `result`: success or failure.',
        assumed: true,
      },
      chat_connect_duration_seconds: {
        type: 'histogram',
        help: 'Time from an attempt to open a websocket to the end of the handshake.',
        assumed: true,
      },
      chat_connections: { type: 'gauge', help: 'Open websockets.', assumed: true },
    },
    indicator: { kind: 'connects', counter: 'chat_connects_total', failed: { label: 'result', pattern: 'failure' } },
    responseTime: { histogram: 'chat_connect_duration_seconds', p95: 0.5 },
  },
  logs: {
    format: 'json',
    level: 'level',
    message: 'message',
    trace: 'trace_id',
    panic: 'rust',
    scrub: [],
    assumed: true,
  },
} as const satisfies ServiceContract;
