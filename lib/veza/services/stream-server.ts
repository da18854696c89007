import type { ServiceContract } from '../../platform/service-contract';
import { coreSecrets, sharedSettings, storageSecrets, storageSettings } from './shared-settings';

/**
 * The Rust streaming server.
 * STREAM_PORT, pool size, drain time, metrics, logs and the file of the smoke test are our assumption about the image. The guide has no Ingress for it: a
 * listener holds one response open for as long as a set may last, so reads are long and nothing is buffered.
 */
export const streamServer = {
  name: 'stream-server',
  component: 'stream',
  image: 'ghcr.io/veza/stream-server',
  ports: { http: 8082, metrics: 9092 },
  portVariables: { STREAM_PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: { http: { port: 80, target: 'http' }, metrics: { port: 9092, target: 'metrics' } },
  health: { live: '/health', ready: '/ready' },
  settings: [...sharedSettings, ...storageSettings],
  secrets: [...coreSecrets, ...storageSecrets],
  mountsEnvFile: false,
  calls: ['database', 'cache', 'https'],
  exposure: {
    subdomain: 'stream',
    servicePort: 'http',
    maxBodySize: '1Mi',
    idleTimeout: 3600,
    connectTimeout: 5,
    buffering: false,
    // A listener asks for a segment every few seconds, and for several at once after a seek.
    limits: { requestsPerSecond: 200, burst: 2000, concurrent: 1000 },
    smoke: [{ kind: 'range', path: '/stream/smoke-test.mp3' }],
  },
  drainSeconds: 120,
  databasePoolSize: 5,
  databaseAccess: { shared: 'write', reads: [] },
  tmpSize: '512Mi',
  metrics: {
    exports: {
      stream_time_to_first_byte_seconds: {
        type: 'histogram',
        help: 'Time from a request for a stream to its first byte. One that never starts counts in the bucket +Inf alone.',
        assumed: true,
      },
      stream_listeners: { type: 'gauge', help: 'Open streams.', assumed: true },
    },
    indicator: { kind: 'time-to-first-byte', histogram: 'stream_time_to_first_byte_seconds', bound: 1 },
    responseTime: { histogram: 'stream_time_to_first_byte_seconds', p95: 1 },
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
