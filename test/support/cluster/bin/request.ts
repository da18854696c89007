import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

/**
 * Sends a request and returns its answer. Each takes a connection of its own and has no timeout: one that is kept open may
 * be closed under it, and on a busy machine both would look as if the cluster were away.
 */
export function requested(
  url: string,
  options: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      textOf(response).then((text) => resolve({ status, text }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
