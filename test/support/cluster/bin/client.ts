import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apiVersionOf, type Kind, pathOf } from '../kinds';
import type { KubeObject } from '../objects';
import { io } from './io';
import { requested } from './request';

/** How a program ends that says why on stderr. */
export class Exit extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(text);
  }
}

interface Named<T> {
  readonly name: string;
  readonly value?: T;
}

export interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly (Named<never> & { readonly context: { readonly cluster: string } })[];
  readonly clusters?: readonly (Named<never> & { readonly cluster: { readonly server: string } })[];
}

/** The user's kubeconfig; empty if there is none. @throws Exit if it is no YAML */
export function kubeconfig(): Kubeconfig {
  const file = io().env.KUBECONFIG ?? join(homedir(), '.kube/config');
  if (!existsSync(file)) return {};
  try {
    return parse(readFileSync(file, 'utf8')) as Kubeconfig;
  } catch {
    throw new Exit(1, `error: error loading config file "${file}": yaml: line 1: did not find expected ',' or ']'`);
  }
}

/** The API's refusal of a request. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** What a request carries. */
export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** The API of a context's cluster. */
export class Client {
  private kinds: readonly Kind[] = [];

  private constructor(
    private readonly server: string,
    private readonly agent: string,
  ) {}

  /** @throws Exit if there is no such context */
  static of(context: string | undefined, agent: string): Client {
    const config = kubeconfig();
    const name = context ?? config['current-context'];
    const found = config.contexts?.find((one) => one.name === name);
    if (name !== undefined && !found) throw new Exit(1, `error: context "${name}" does not exist`);
    const cluster = config.clusters?.find((one) => one.name === found?.context.cluster)?.cluster;
    return new Client(cluster?.server ?? 'http://localhost:8080', agent);
  }

  /** What the API answers. @throws Refusal, or Exit if it cannot be reached */
  async text(path: string, { method = 'GET', body, contentType = 'application/json', query = {} }: Call = {}) {
    const url = `${this.server}${path}?${new URLSearchParams(query)}`;
    const headers = { 'user-agent': `${this.agent}/stand-in`, 'content-type': contentType };
    const sent = body === undefined ? '' : JSON.stringify(body);
    const { status, text } = await requested(url, { method, headers }, sent).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNREFUSED') throw new Exit(1, `Unable to connect to the server: ${error.message}`);
      const { host } = new URL(this.server);
      throw new Exit(1, `The connection to the server ${host} was refused - did you specify the right host or port?`);
    });
    if (status < 300) return text;
    const { reason, message } = JSON.parse(text) as { reason: string; message: string };
    throw new Refusal(status, reason, message);
  }

  async json<T>(path: string, call?: Call): Promise<T> {
    return JSON.parse(await this.text(path, call)) as T;
  }

  /** The kind that a word means: `deploy`, `deployments`, `Deployment`, `deployments.apps`. */
  async kind(word: string): Promise<Kind> {
    const asked = word.toLowerCase();
    const found = (await this.allKinds()).find(({ kind, plural, group, shortNames }) =>
      [kind.toLowerCase(), plural, `${plural}.${group}`, `${kind.toLowerCase()}.${group}`, ...shortNames].includes(
        asked,
      ),
    );
    if (!found) throw new Exit(1, `error: the server doesn't have a resource type "${word}"`);
    return found;
  }

  /** The kind of an object. */
  async kindOf({ apiVersion, kind }: KubeObject): Promise<Kind> {
    const found = (await this.allKinds()).find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
    if (found) return found;
    const cause = `no matches for kind "${kind}" in version "${apiVersion}"`;
    throw new Exit(1, `error: resource mapping not found: ${cause}\nensure CRDs are installed first`);
  }

  private async allKinds(): Promise<readonly Kind[]> {
    if (this.kinds.length === 0) this.kinds = await this.json<Kind[]>('/stand-in/kinds');
    return this.kinds;
  }
}

/** Where the API has an object, or the list of a kind. */
export function pathFor(kind: Kind, namespace: string | undefined, name = '', subresource = ''): string {
  const place = kind.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return [`${pathOf(kind)}${place}/${kind.plural}`, name, subresource].filter((part) => part !== '').join('/');
}

/** The exit code of a program, which says why it fails. */
export async function exitCode(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Exit) io().err(`${error.text}\n`);
    else if (error instanceof Refusal) io().err(`Error from server (${error.reason}): ${error.message}\n`);
    else throw error;
    return error instanceof Exit ? error.code : 1;
  }
}
