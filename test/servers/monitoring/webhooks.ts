import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that was received. */
export interface Received {
  readonly path: string;
  readonly body: string;
}

/** All receivers of Alertmanager at one address: each has its own path. */
export class Webhooks {
  readonly received: Received[] = [];
  private readonly server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
    // What Slack answers; the others look at the status alone.
    response.end('ok');
  });

  /** Starts it, and tells its address. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The notification on a path that contains a text, or undefined if none came yet. */
  find(path: string, text: string): string | undefined {
    return this.received.find((one) => one.path === path && one.body.includes(text))?.body;
  }
}
