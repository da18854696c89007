import { WebSocket } from 'ws';
import { authorityOf, type Connection, requestOptions } from './http-probe';
import { ProbeError, unexpectedStatus } from './probe-error';

/** Milliseconds that a server gets to answer our goodbye before the connection is cut. */
const closeTimeoutMs = 1_000;

/**
 * Opens a websocket, and closes it again as the protocol asks.
 * @throws Trouble, or the error of the network
 */
export async function probeWebsocket(connection: Connection, path: string): Promise<void> {
  const { address } = connection;
  const url = `${address.secure ? 'wss' : 'ws'}://${authorityOf(address)}${path}`;
  const socket = new WebSocket(url, requestOptions(connection));
  try {
    await opened(socket, connection.timeout);
  } finally {
    await closed(socket);
  }
}

function opened(socket: WebSocket, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ProbeError(`timeout: no answer within ${timeout / 1000} s`)), timeout);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    socket.on('open', () => settle(resolve));
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('unexpected-response', (_, response) => settle(() => reject(unexpectedStatus(101, response))));
  });
}

function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) {
    socket.terminate();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), closeTimeoutMs);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1000);
  });
}
