import { readFileSync } from 'node:fs';
import { type IncomingMessage, createServer as overHttp, type RequestListener, type Server } from 'node:http';
import { createServer as overHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Address } from '../../../lib/operations/smoke/http-probe';
import { project } from '../../support/manifests';

/** A certificate or key of the test fixtures; make.sh in their folder generates them. */
export function certificate(name: string): string {
  return readFileSync(join(project, 'test/fixtures/certificates', name), 'utf8');
}

/** How a site handles a request to open a websocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server that answers for all public hosts of a platform on one address. */
export class Site {
  /** Every request: TLS server name, Host header, path. */
  readonly requests: string[] = [];
  /** Codes with which clients close their websockets. */
  readonly closeCodes: Promise<number>[] = [];
  /** Listeners that replace the correct response to a path. */
  readonly answers: Record<string, RequestListener> = {};
  upgrade: Upgrade = (request, socket, head) => {
    this.websockets.handleUpgrade(request, socket, head, (opened) => {
      this.closeCodes.push(new Promise((resolve) => opened.on('close', resolve)));
    });
  };
  private readonly websockets = new WebSocketServer({ noServer: true });
  private readonly server: Server;

  /** @param secured name of the certificate. @default - plain HTTP */
  constructor(private readonly secured?: string) {
    const listener: RequestListener = (request, response) => {
      this.record(request);
      (this.answers[request.url ?? ''] ?? correctAnswer)(request, response);
    };
    this.server =
      secured === undefined
        ? overHttp(listener)
        : overHttps({ key: certificate('server.key'), cert: certificate(`${secured}.pem`) }, listener);
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.record(request);
      socket.on('error', () => undefined);
      this.upgrade(request, socket, head);
    });
  }

  async start(): Promise<Address> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    return { secure: this.secured !== undefined, host: '127.0.0.1', port };
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await stopped;
  }

  private record({ socket, headers, url }: IncomingMessage): void {
    this.requests.push(`${(socket as { servername?: string }).servername ?? 'plain'} ${headers.host} ${url}`);
  }
}

const correctAnswer: RequestListener = (request, response) => {
  if (request.headers.range === 'bytes=0-0') response.writeHead(206, { 'Content-Range': 'bytes 0-0/9000' }).end('x');
  else response.writeHead(200).end('fine');
};
