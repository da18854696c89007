import * as z from 'zod';
import { checkUnique, reportProblem } from '../errors';
import { cidrs, dnsLabel, objectKey, objectName, port, selectorLabels, webUrl } from './formats';
import { type RemoteWriteQueue, remoteWriteQueue } from './remote-write-queue';

/** A server to which Prometheus sends its samples as they are collected, such as Mimir, Thanos or VictoriaMetrics. */
export interface RemoteWrite {
  /** Name in metrics, alerts and keys of the monitoring's Secret, such as `mimir`, at most 40 characters. */
  readonly name: string;
  /** URL that takes samples: https, or http inside the cluster, such as `https://mimir.example.com/api/v1/push`. */
  readonly url: string;
  /** Where that URL leads to, for the network policies. */
  readonly destination: RemoteWriteDestination;
  /** What the certificate of the server is verified with. Over http none is, so it is public there. */
  readonly authority: RemoteWriteAuthority;
  /** How Prometheus logs in. */
  readonly authentication: RemoteWriteAuthentication;
  /** Headers of each request that are no secret, such as `{ 'X-Scope-OrgID': 'veza' }` for a tenant of Mimir; else none. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which metrics are sent. */
  readonly metrics: RemoteWriteMetrics;
  /**
   * How the server distinguishes the replicas of Prometheus, all of which send everything, such as `elected`: by the label
   * `__replica__`, of whose values it takes one (Mimir, Grafana Cloud). With `labelled` by the label `replica` (Thanos), with
   * `identical` not at all (VictoriaMetrics, which drops duplicates).
   */
  readonly replicas: RemoteWriteReplicas;
  /** How much is sent at a time. */
  readonly queue: RemoteWriteQueue;
}

/** Where the URL of a server leads to. */
export type RemoteWriteDestination = InternetDestination | PodsDestination | AddressesDestination;

/** A public address. */
export interface InternetDestination {
  readonly kind: 'internet';
}

/** Pods of another namespace of the cluster. */
export interface PodsDestination {
  readonly kind: 'pods';
  /** Their namespace, such as `mimir`. */
  readonly namespace: string;
  /** Labels that select them, such as `{ app: 'mimir-gateway' }`; at least one. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** TCP port that they listen on, which may be another than their Service's, such as 8080. */
  readonly port: number;
}

/** Addresses in a private network. */
export interface AddressesDestination {
  readonly kind: 'addresses';
  /** Addresses in CIDR notation, such as `10.4.0.9/32`. */
  readonly cidrs: readonly string[];
}

/** What the certificate of a server is verified with. */
export type RemoteWriteAuthority = PublicAuthority | OwnAuthority;

/** The public authorities, whose certificates are in the image of Prometheus. */
export interface PublicAuthority {
  readonly kind: 'public';
}

/** An authority of your own. */
export interface OwnAuthority {
  readonly kind: 'own';
  /** Name of a ConfigMap in the namespace of the monitoring with its certificate, which you create, such as `mimir-authority`. */
  readonly configMap: string;
  /** Its key, such as `ca.crt`. */
  readonly key: string;
}

/** How Prometheus logs in at a server. */
export type RemoteWriteAuthentication = NoAuthentication | BearerAuthentication | BasicAuthentication;

/** Without a credential. */
export interface NoAuthentication {
  readonly kind: 'none';
}

/** With a token: `REMOTE_WRITE_<NAME>_TOKEN` of the monitoring's Secret. */
export interface BearerAuthentication {
  readonly kind: 'bearer';
}

/** With a name and a password: `REMOTE_WRITE_<NAME>_PASSWORD` of the monitoring's Secret. */
export interface BasicAuthentication {
  readonly kind: 'basic';
  /** Name of the account, such as `veza`; in Grafana Cloud the number of the instance. */
  readonly username: string;
}

/** Which metrics are sent to a server. */
export type RemoteWriteMetrics = AllMetrics | SomeMetrics;

/** Every metric. */
export interface AllMetrics {
  readonly kind: 'all';
}

/** Only some metrics, or all but some. */
export interface SomeMetrics {
  /** Whether the named metrics are the ones that are sent, or those that are not, such as `drop`. */
  readonly kind: 'keep' | 'drop';
  /** Names of metrics, in which `*` stands for any characters, such as `container_*`; at least one. */
  readonly names: readonly string[];
}

/** How a server distinguishes the replicas of Prometheus. */
export type RemoteWriteReplicas = 'labelled' | 'elected' | 'identical';

/** Headers that Prometheus sets itself, and those that hold a credential. */
const reservedHeader =
  /^(authorization|proxy-.+|www-authenticate|cookie|host|connection|keep-alive|user-agent|accept-.+|content-.+|x-prometheus-.+)$/i;

const headers = z.record(
  z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'use the name of a header, such as X-Scope-OrgID')
    .refine((name) => !reservedHeader.test(name), 'is not a header to state here; state credentials as authentication'),
  z.string().regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'use printable ASCII characters'),
);

const metricPattern = z
  .string()
  .regex(/^[a-zA-Z_:*][a-zA-Z0-9_:*]*$/, 'use the name of a metric, with * for any characters, such as container_*');

const someMetrics = (kind: SomeMetrics['kind']) =>
  z.strictObject({
    kind: z.literal(kind),
    names: z.array(metricPattern).min(1, 'is empty; name a metric').readonly(),
  });

const remoteWrite = z
  .strictObject({
    name: dnsLabel.max(40),
    url: webUrl.refine((url) => !/^\w+:\/\/[^/]*@/.test(url), 'holds a credential; state it as authentication'),
    destination: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('internet') }),
      z.strictObject({ kind: z.literal('pods'), namespace: dnsLabel, podLabels: selectorLabels, port }),
      z.strictObject({ kind: z.literal('addresses'), cidrs }),
    ]),
    authority: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('public') }),
      z.strictObject({ kind: z.literal('own'), configMap: objectName, key: objectKey }),
    ]),
    authentication: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('bearer') }),
      z.strictObject({ kind: z.literal('basic'), username: z.string().min(1, 'is empty; name the account') }),
    ]),
    headers,
    metrics: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('all') }),
      someMetrics('keep'),
      someMetrics('drop'),
    ]),
    replicas: z.enum(['labelled', 'elected', 'identical']),
    queue: remoteWriteQueue,
  })
  .superRefine(({ url, destination, authority }, context) => {
    const add = (path: string[], message: string) => reportProblem(context, path, message);
    const isPlain = url.startsWith('http:');
    if (isPlain && destination.kind === 'internet') add(['url'], 'is not encrypted on the internet; use https');
    if (isPlain && authority.kind === 'own') {
      add(['authority', 'kind'], 'verifies nothing over http; use https, or public');
    }
    if (destination.kind === 'pods' && findService(url)?.namespace !== destination.namespace) {
      const { namespace } = destination;
      add(['url'], `names no Service of the namespace ${namespace}; use a host such as gateway.${namespace}.svc`);
    }
  });

/** @internal */
export const remoteWritesSchema = z.array(remoteWrite).readonly().superRefine(checkUnique('name', 'choose another'));

/** TCP port that a URL leads to. */
export function readUrlPort(url: string): number {
  const { port: stated, protocol } = new URL(url);
  if (stated !== '') return Number(stated);
  return protocol === 'http:' ? 80 : 443;
}

/** A Service of the cluster, by its name in the cluster's DNS. */
interface ServiceAddress {
  readonly name: string;
  readonly namespace: string;
}

/** The Service of the cluster that a URL leads to, if it names one. */
export function findService(url: string): ServiceAddress | undefined {
  if (!URL.canParse(url)) return undefined;
  const found = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\.|$)/.exec(new URL(url).hostname);
  return found?.[1] && found[2] ? { name: found[1], namespace: found[2] } : undefined;
}
