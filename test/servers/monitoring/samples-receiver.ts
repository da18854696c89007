import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readWriteRequest, type SentSeries } from './sample-messages';

/** What a path of the receiver answers. */
export interface ReceiverPath {
  /** The header `authorization` of a request that is taken; `undefined` for none. */
  readonly authorization: string | undefined;
  /** Whether every sample is refused for good. */
  readonly refuses?: boolean;
}

/** A request that was taken. */
interface Taken {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly series: readonly SentSeries[];
}

/** Takes samples as a server of remote write does, each path from another sender. It can go down and come back. */
export class SamplesReceiver {
  /** Every request that was taken. */
  readonly taken: Taken[] = [];
  private server: Server;
  private port = 0;

  constructor(
    private readonly paths: Readonly<Record<string, ReceiverPath>>,
    private readonly tls?: ServerOptions,
  ) {
    this.server = this.makeServer();
  }

  /** Starts it, at the same port as before, and returns that. */
  async start(): Promise<number> {
    this.server = this.makeServer();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this.port;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** The series that a path has taken. */
  series(path: string): SentSeries[] {
    return this.taken.filter((request) => request.path === path).flatMap(({ series }) => series);
  }

  private makeServer(): Server {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response);
    return this.tls === undefined ? createPlainServer(answer) : createServer(this.tls, answer);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    const known = this.paths[path];
    if (known === undefined) return void response.writeHead(404).end();
    if (request.headers.authorization !== known.authorization) return void response.writeHead(401).end();
    if (known.refuses) return void response.writeHead(400).end('refused');
    this.taken.push({ path, headers: request.headers, series: readWriteRequest(Buffer.concat(chunks)) });
    response.writeHead(204).end();
  }
}
