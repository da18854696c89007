import { WebSocket } from 'ws';
import { type Connection, formatAuthority, makeRequestOptions, makeStatusError, ProbeError } from './http-probe';

/** Milliseconds that the server has to answer the closing handshake. */
const closeTimeoutMs = 1_000;

/**
 * Opens a websocket and closes it with the closing handshake of the protocol.
 * @throws ProbeError, or Node's network error
 */
export async function probeWebsocket(connection: Connection, path: string): Promise<void> {
  const { address } = connection;
  const url = `${address.secure ? 'wss' : 'ws'}://${formatAuthority(address)}${path}`;
  const socket = new WebSocket(url, makeRequestOptions(connection));
  try {
    await waitForOpen(socket, connection.timeout);
  } finally {
    await close(socket);
  }
}

function waitForOpen(socket: WebSocket, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ProbeError(`timeout: no response within ${timeout / 1000} s`)), timeout);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    socket.on('open', () => settle(resolve));
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('unexpected-response', (_, response) => settle(() => reject(makeStatusError(101, response))));
  });
}

function close(socket: WebSocket): Promise<void> {
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
