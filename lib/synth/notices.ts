import ipaddr from 'ipaddr.js';
import { controllers } from '../constructs/ingress/controllers';
import type { Environment } from '../platform/environment';
import type { Platform } from '../platform/platform';
import { isPlaceholder } from '../platform/service-settings';
import type { IngressSettings } from '../platform/settings/ingress';
import { environmentSecrets } from './environment-secrets';

/**
 * What a user should know before the manifests are applied.
 * These are Secrets to create, placeholders to replace, what the ingress controller's own configuration has to do, wide ranges
 * of addresses, logs without a bucket, and releases that an apply would revert.
 */
export function notices(platform: Platform, environment: Environment): string[] {
  return [
    ...expectedSecrets(platform, environment),
    ...placeholders(environment),
    ...edgeNotices(platform, environment),
    ...wideApiServer(environment),
    ...volumeLogs(environment),
    ...deliveryNotice(environment),
  ];
}

function expectedSecrets(platform: Platform, environment: Environment): string[] {
  return environmentSecrets(platform, environment)
    .filter(({ source }) => source.kind === 'existing')
    .map(
      ({ home, name, keys }) =>
        `${environment.name}: expects the Secret ${home.namespace}/${name} with ${keys.join(', ')}`,
    );
}

/** Longest prefix of each family that an API server's own addresses still have: those of a control plane's small subnet. */
const narrowPrefix = { ipv4: 24, ipv6: 64 } as const;

/** Pods that may ask the API server reach every address of these ranges on its ports, so they should hold no other server. */
function wideApiServer({ name, apiServer }: Environment): string[] {
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

function placeholders({ name, settings }: Environment): string[] {
  return Object.entries(settings)
    .filter(([, value]) => isPlaceholder(String(value)))
    .map(([key, value]) => `${name}: ${key} is still the placeholder ${value}`);
}

/** What the configuration of the ingress controller itself has to do, or what no one does. */
function edgeNotices({ services }: Platform, { name, edge }: Environment): string[] {
  const exposures = services.flatMap(({ exposure }) => (exposure === 'internal' ? [] : [exposure]));
  const { gaps } = controllers[edge.controller];
  const limited = exposures.filter(({ limits }) => limits !== 'none').map(({ subdomain }) => subdomain);
  return [
    ...new Set(exposures.flatMap((exposure) => gaps(exposure, edge))),
    ...(limited.length > 0 && edge.controller !== 'plain' ? [limitNotice(limited, edge)] : []),
  ].map((line) => `${name}: ${line}`);
}

function limitNotice(subdomains: readonly string[], { clientAddress }: IngressSettings): string {
  const hosts = subdomains.join(', ');
  return clientAddress === 'hidden'
    ? `clients of ${hosts} are not limited, as the controller does not see their addresses`
    : `limits of ${hosts} count by client address: make sure that the controller sees it, or state clientAddress: 'hidden'`;
}

/** Logs that a lost volume or cluster takes along. */
function volumeLogs({ name, logs }: Environment): string[] {
  if (logs.kind === 'none' || logs.store.kind === 'bucket') return [];
  return [
    `${name}: logs are kept on one volume and are lost with it or with the cluster; state a bucket in logs.store`,
  ];
}

/** Where Helm delivers, `dist/` may state an older release than the one that runs, and kubectl does not know. */
function deliveryNotice({ name, deployment, releases }: Environment): string[] {
  if (deployment.delivery !== 'helm') return [];
  const stated = [...new Set(Object.values(releases))].join(', ');
  const command = `\`kubectl apply\` of its manifests would replace any later release by ${stated}`;
  return [`${name}: is delivered by \`npx veza deploy\`; ${command} (\`npx veza diff ${name}\` compares)`];
}
