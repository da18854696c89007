import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { unknownPath } from './api-error';
import { apiVersionOf, type Kind } from './kinds';
import type { KubeObject } from './objects';
import { fromProtobuf } from './protobuf';

/** A request to the API for objects of a kind. */
export interface ApiRequest {
  readonly method: string;
  readonly kind: Kind;
  /** Empty for all namespaces, and for kinds of the cluster. */
  readonly namespace: string;
  /** Empty for the whole list. */
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
  /** Type of the body, such as that of a patch. */
  readonly contentType: string;
  /** The field manager that writes. */
  readonly manager: string;
  readonly dryRun: boolean;
  readonly body: unknown;
  /** Refuses the object that would be written. @default - nothing is refused */
  readonly admit?: (object: KubeObject) => void;
}

/**
 * Reads a request.
 * @throws ApiError if its path is none of the API's
 */
export async function readRequest(incoming: IncomingMessage, kinds: readonly Kind[]): Promise<ApiRequest> {
  const url = new URL(incoming.url ?? '', 'http://api');
  const target = targetOf(url.pathname, kinds);
  const query = url.searchParams;
  const body = await bodyOf(incoming);
  const agent = (incoming.headers['user-agent'] ?? 'unknown').split('/')[0] ?? '';
  const dryRun = query.get('dryRun') === 'All' || optionsOf(body).dryRun?.includes('All') === true;
  return {
    ...target,
    method: incoming.method ?? 'GET',
    query,
    contentType: (incoming.headers['content-type'] ?? '').split(';')[0] ?? '',
    manager: query.get('fieldManager') || agent,
    dryRun,
    body,
  };
}

type Target = Pick<ApiRequest, 'kind' | 'namespace' | 'name' | 'subresource'>;

function targetOf(path: string, kinds: readonly Kind[]): Target {
  const [, apiVersion, rest = ''] = /^\/apis?\/((?:[^/]+\/)?v\d[^/]*)\/(.+)$/.exec(path) ?? [];
  const words = rest.split('/').map(decodeURIComponent);
  const within = words[0] === 'namespaces' && words.length > 2 && !['status', 'finalize'].includes(words[2] ?? '');
  const [plural = '', name = '', subresource = ''] = within ? words.slice(2) : words;
  const kind = kinds.find((one) => apiVersionOf(one) === apiVersion && one.plural === plural);
  if (!kind) throw unknownPath();
  return { kind, namespace: within ? (words[1] ?? '') : '', name, subresource };
}

/** The body of a request, whichever way it is written. */
export async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  return fromProtobuf(bytes) ?? (/^[{[]/.test(text) ? JSON.parse(text) : parse(text));
}

interface DeleteOptions {
  readonly dryRun?: readonly string[];
  readonly propagationPolicy?: string;
}

/** Options that a deletion carries in its body. */
export function optionsOf(body: unknown): DeleteOptions {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'DeleteOptions'
    ? (body as DeleteOptions)
    : {};
}
