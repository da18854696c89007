import { redisPort } from '../../platform/settings/cache';
import { readScripts } from '../stateful/script-files';
import { sentinelPort, serverHosts } from './replication-configuration';

/** Port of the proxy's health checks and metrics. */
export const proxyMetricsPort = 8404;

/** Files of the proxy's ConfigMap. */
export const proxyFiles = { config: 'haproxy.cfg', start: 'start-proxy.sh' } as const;

/**
 * Connections that one proxy accepts, and those of one client address, so that no service takes another's. Two proxies together
 * stay below the 10 000 clients of a server.
 */
const proxyConnections = { all: 3000, client: 500 } as const;

/** Every file of the ConfigMap: name -> content. */
export function writeProxyConfiguration(): Record<string, string> {
  return { [proxyFiles.config]: writeHaproxyConf(), ...readScripts('constructs/redis/scripts', [proxyFiles.start]) };
}

/**
 * Writes `haproxy.cfg`. Clients are routed to a server if it says that it is the primary, and two of the sentinels say so too: an old
 * primary that returns says it alone. Without such a server, clients are refused.
 */
export function writeHaproxyConf(): string {
  return [
    writeSection('global', ['log stdout format raw local0 notice', `maxconn ${proxyConnections.all}`]),
    writeSection('defaults', [
      'mode tcp',
      'log global',
      'timeout connect 3s',
      'timeout check 2s',
      // Pools keep connections; lost peers are found by keep-alive.
      'timeout client 24h',
      'timeout server 24h',
      'option clitcpka',
      'option srvtcpka',
    ]),
    writeSection('resolvers cluster', [
      'parse-resolv-conf',
      'accepted_payload_size 4096',
      'timeout resolve 1s',
      'timeout retry 1s',
      'hold valid 1s',
      // A DNS server that does not answer is no reason to give up known addresses.
      'hold timeout 1h',
      'hold refused 1h',
      'hold other 1h',
      'hold obsolete 5s',
    ]),
    writeFrontend(),
    writeHealth(),
    ...serverHosts.flatMap((host, index) => [writePrimaryBackend(host, index), writeAgreementBackend(host, index)]),
  ].join('\n');
}

function writeFrontend(): string {
  return writeSection('frontend redis', [
    writeBind(redisPort),
    'stick-table type ipv6 size 10k expire 1h store conn_cur',
    'tcp-request connection track-sc0 src',
    `tcp-request connection reject if { sc0_conn_cur gt ${proxyConnections.client} }`,
    ...serverHosts.map((_, index) => `use_backend ${namePrimary(index)} if ${isAgreed(index)}`),
  ]);
}

/** `/live` asks the process alone: one that depended on a primary would restart every proxy during a failover. */
function writeHealth(): string {
  return writeSection('frontend health', [
    writeBind(proxyMetricsPort),
    'mode http',
    'timeout client 10s',
    'monitor-uri /live',
    ...serverHosts.map((_, index) => `http-request return status 200 if { path /ready } ${isAgreed(index)}`),
    'http-request return status 503 if { path /ready }',
    'http-request use-service prometheus-exporter if { path /metrics }',
    'http-request return status 404',
  ]);
}

/** The start script finds out whether there is IPv6. */
function writeBind(port: number): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: HAProxy replaces it.
  return `bind ${'${LISTEN_ADDRESS}'}:${port} v4v6`;
}

const check = 'check inter 1s fall 2 rise 1 resolvers cluster init-addr last,libc,none';

/** With fewer bytes no answer is whole; with more, one without the text fails at once, and does not wait for its timeout. */
const expect = 'tcp-check expect min-recv 32 string';

/** The server, if it says that it is the primary. Its clients are disconnected once it does not. */
function writePrimaryBackend(host: string, index: number): string {
  return writeSection(`backend ${namePrimary(index)}`, [
    'option tcp-check',
    String.raw`tcp-check send "INFO replication\r\n"`,
    `${expect} role:master`,
    `server redis ${writeAddress(host, redisPort)} ${check} on-marked-down shutdown-sessions`,
  ]);
}

/** The sentinels that name the server as the primary. */
function writeAgreementBackend(host: string, index: number): string {
  return writeSection(`backend ${nameAgreement(index)}`, [
    'option tcp-check',
    String.raw`tcp-check send "SENTINEL get-master-addr-by-name veza\r\n"`,
    `${expect} ${host}`,
    ...serverHosts.map(
      (sentinel, number) => `server sentinel-${number} ${writeAddress(sentinel, sentinelPort)} ${check}`,
    ),
  ]);
}

/** HAProxy asks the DNS for the whole name; the start script finds the domain of the namespace. */
function writeAddress(host: string, port: number): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: HAProxy replaces it.
  return `${host}.${'${NAMESPACE_DOMAIN}'}:${port}`;
}

function isAgreed(index: number): string {
  return `{ nbsrv(${namePrimary(index)}) ge 1 } { nbsrv(${nameAgreement(index)}) ge 2 }`;
}

function namePrimary(index: number): string {
  return `primary-${index}`;
}

function nameAgreement(index: number): string {
  return `agreement-${index}`;
}

function writeSection(head: string, settings: readonly string[]): string {
  return [head, ...settings.map((setting) => `  ${setting}`), ''].join('\n');
}
