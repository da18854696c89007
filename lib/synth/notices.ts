import ipaddr from 'ipaddr.js';
import { implementations } from '../constructs/gateway/implementations';
import { controllers } from '../constructs/ingress/controllers';
import { type Environment, nameEdgeNamespace } from '../platform/environment';
import type { Platform } from '../platform/platform';
import type { Exposure } from '../platform/service-contract';
import { isPlaceholder } from '../platform/service-settings';
import { type Entrance, findGateway, findIngress } from '../platform/settings/edge';
import { listEnvironmentSecrets } from './environment-secrets';

/**
 * What a user should know before the manifests are applied.
 * These are Secrets to create, placeholders to replace, what the ingress controller's own configuration has to do, wide ranges
 * of addresses, logs without a bucket, and releases that an apply would revert.
 */
export function listNotices(platform: Platform, environment: Environment): string[] {
  return [
    ...noticeExpectedSecrets(platform, environment),
    ...noticePlaceholders(environment),
    ...noticeEdge(platform, environment),
    ...noticeWideApiServer(environment),
    ...noticeVolumeLogs(environment),
    ...noticeDelivery(environment),
  ];
}

function noticeExpectedSecrets(platform: Platform, environment: Environment): string[] {
  return listEnvironmentSecrets(platform, environment)
    .filter(({ source }) => source.kind === 'existing')
    .map(
      ({ namespaceScope, name, keys }) =>
        `${environment.name}: expects the Secret ${namespaceScope.namespace}/${name} with ${keys.join(', ')}`,
    );
}

/** Longest prefix of each family that an API server's own addresses still have: those of a control plane's small subnet. */
const narrowPrefix = { ipv4: 24, ipv6: 64 } as const;

/** Pods that may ask the API server reach every address of these ranges on its ports, so they should hold no other server. */
function noticeWideApiServer({ name, apiServer }: Environment): string[] {
  const wide = apiServer.cidrs.filter((cidr) => {
    const [address, prefix] = ipaddr.parseCIDR(cidr);
    return prefix < narrowPrefix[address.kind()];
  });
  if (wide.length === 0) return [];
  const lookup = 'kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes';
  return [
    `${name}: apiServer.cidrs are wider than an API server (${wide.join(', ')}); state its own addresses: ${lookup}`,
  ];
}

function noticePlaceholders({ name, settings }: Environment): string[] {
  return Object.entries(settings)
    .filter(([, value]) => isPlaceholder(String(value)))
    .map(([key, value]) => `${name}: ${key} is still the placeholder ${value}`);
}

/** What the configuration of the ingress controller or of the Gateway's implementation has to do, or what it does not do. */
function noticeEdge(platform: Platform, { name, namespace, edge }: Environment): string[] {
  const exposures = platform.services.flatMap(({ exposure }) => (exposure === 'internal' ? [] : [exposure]));
  const [ingress, gateway] = [findIngress(edge), findGateway(edge)];
  const lines = [
    ...(ingress === undefined
      ? []
      : [
          ...exposures.flatMap((exposure) => controllers[ingress.controller].gaps(exposure, ingress)),
          ...(ingress.controller === 'plain' ? [] : noticeLimits(exposures, ingress)),
        ]),
    ...(gateway === undefined || exposures.length === 0
      ? []
      : [
          noticeSolver(gateway, `${nameEdgeNamespace(namespace)}/${platform.name}`, ingress !== undefined),
          ...exposures.flatMap((exposure) => implementations[gateway.implementation].gaps(exposure, gateway)),
          ...(gateway.implementation === 'portable' ? [] : noticeLimits(exposures, gateway)),
        ]),
  ];
  return [...new Set(lines)].map((line) => `${name}: ${line}`);
}

/** Challenges by HTTP arrive where DNS leads, so an issuer needs a solver for what is there. */
function noticeSolver({ clusterIssuer }: Entrance, gateway: string, isMoving: boolean): string {
  const start = `${clusterIssuer} issues the certificates of the Gateway ${gateway}`;
  return isMoving
    ? `${start}: while DNS leads to the ingress controller, it needs a solver of kind ingress or dns01`
    : `${start}: it needs a solver of kind gatewayHTTPRoute with that Gateway as its parent, or dns01`;
}

function noticeLimits(exposures: readonly Exposure[], { clientAddress }: Entrance): string[] {
  const limited = exposures.filter(({ limits }) => limits !== 'none').map(({ subdomain }) => subdomain);
  if (limited.length === 0) return [];
  const hosts = limited.join(', ');
  return clientAddress === 'hidden'
    ? [`clients of ${hosts} are not limited, as the controller does not see their addresses`]
    : [
        `limits of ${hosts} count by client address: make sure that the controller sees it, or state clientAddress: 'hidden'`,
      ];
}

/** Logs that a lost volume or cluster takes along. */
function noticeVolumeLogs({ name, logs }: Environment): string[] {
  if (logs.kind === 'none' || logs.store.kind === 'bucket') return [];
  return [
    `${name}: logs are kept on one volume and are lost with it or with the cluster; state a bucket in logs.store`,
  ];
}

/** Where Helm delivers, `dist/` may state an older release than the one that runs, and kubectl does not know. */
function noticeDelivery({ name, deployment, releases }: Environment): string[] {
  if (deployment.delivery !== 'helm') return [];
  const stated = [...new Set(Object.values(releases))].join(', ');
  const command = `\`kubectl apply\` of its manifests would replace any later release by ${stated}`;
  return [`${name}: is delivered by \`npx veza deploy\`; ${command} (\`npx veza diff ${name}\` compares)`];
}
