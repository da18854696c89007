import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { type Connection, requestOptions } from './connection';
import { Trouble, wrongStatus } from './trouble';

/**
 * Asks for a path that answers 200.
 * @throws Trouble, or the error of the network
 */
export function probeStatus(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, {}, async (response) => {
    if (response.statusCode !== 200) throw wrongStatus(200, response);
  });
}

/**
 * Asks for the first byte of a file, and gets that byte alone.
 * @throws Trouble, or the error of the network
 */
export function probeRange(connection: Connection, path: string): Promise<void> {
  return probe(connection, path, { Range: 'bytes=0-0' }, async (response) => {
    if (response.statusCode !== 206) throw wrongStatus(206, response);
    const range = response.headers['content-range'] ?? 'none';
    if (!/^bytes 0-0\/(\d+|\*)$/.test(range)) throw new Trouble(`answered 206 with the Content-Range ${range}`);
    const bytes = await firstBytes(response, 2);
    if (bytes !== 1) throw new Trouble(`answered 206 with ${bytes === 0 ? 'no byte' : 'more than the one byte'}`);
  });
}

async function probe(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  judge: (response: IncomingMessage) => Promise<void>,
): Promise<void> {
  const signal = AbortSignal.timeout(connection.timeout);
  try {
    const response = await responseTo(connection, path, headers, signal);
    // What is left of the body may be a stream without an end.
    await judge(response).finally(() => response.destroy());
  } catch (error) {
    throw signal.aborted ? new Trouble(`timeout: no answer within ${connection.timeout / 1000} s`) : error;
  }
}

function responseTo(
  connection: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options = requestOptions(connection);
  const request = connection.address.secure ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    request({ ...options, headers: { ...options.headers, ...headers }, path, signal, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

/** How many bytes come, counted up to a bound. */
async function firstBytes(response: IncomingMessage, bound: number): Promise<number> {
  let count = 0;
  for await (const chunk of response) {
    count += (chunk as Buffer).length;
    if (count >= bound) break;
  }
  return Math.min(count, bound);
}
