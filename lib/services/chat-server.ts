import type { Construct } from 'constructs';
import type { ServiceContract } from './contract';
import { coreSecrets, coreSettings } from './core';
import { Microservice, type ServiceProps } from './microservice';

/**
 * The Rust websocket chat.
 * CHAT_PORT, pool size and drain time are our assumption about the image; all else is the guide's. The connect timeout
 * is the guide's too: the kernel gives up long before.
 */
export const chatServer = {
  name: 'chat-server',
  component: 'chat',
  image: 'ghcr.io/veza/chat-server',
  ports: { http: 8081, metrics: 9091 },
  listens: { CHAT_PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: {
    http: { port: 80, target: 'http' },
    websocket: { port: 8081, target: 'http' },
    metrics: { port: 9091, target: 'metrics' },
  },
  health: { live: '/health', ready: '/ready' },
  settings: coreSettings,
  secrets: coreSecrets,
  readsEnvFile: false,
  calls: ['database', 'cache'],
  exposure: {
    subdomain: 'chat',
    servicePort: 'http',
    maxBodySize: '1Mi',
    idleTimeout: 3600,
    connectTimeout: 3600,
    buffering: false,
  },
  drainSeconds: 60,
  databaseConnections: 10,
  scratch: '64Mi',
} as const satisfies ServiceContract;

/** The websocket chat of the platform. */
export class ChatServer extends Microservice {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, { ...props, contract: chatServer });
  }
}
