import { distFolder, type Manifest, type Peer, readManifests, type Selector } from '../support/manifests';

const dist = readManifests(distFolder);

/** What the policies of a file let through on one side: a line for each peer and its ports. */
function allowed(file: string, side: 'ingress' | 'egress'): string[] {
  return (dist.get(file) ?? []).filter(({ kind }) => kind === 'NetworkPolicy').flatMap((policy) => lines(policy, side));
}

function lines({ spec }: Manifest, side: 'ingress' | 'egress'): string[] {
  const pods = told(spec?.podSelector);
  return (spec?.[side] ?? []).flatMap(({ from, to, ports = [] }) =>
    // A rule without peers or ports is open to everybody or on every port, and is told so.
    (from ?? to ?? [{}]).map((peer) => {
      const open = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ') || 'any port';
      return side === 'ingress' ? `${name(peer)} -> ${pods} ${open}` : `${pods} -> ${name(peer)} ${open}`;
    }),
  );
}

function name({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  if (ipBlock) return ipBlock.cidr + (ipBlock.except === undefined ? '' : ` without ${ipBlock.except.length} ranges`);
  if (namespaceSelector) return `namespace ${told(namespaceSelector)}${podSelector ? ` ${told(podSelector)}` : ''}`;
  return podSelector ? told(podSelector) : 'everybody';
}

function told(selector: Selector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {});
  return labels.map(([key, value]) => (value === 'true' ? key : value)).join() || 'everything';
}

test('these may connect to pods of production, and nobody else', () => {
  expect(allowed('production.k8s.yaml', 'ingress')).toMatchInlineSnapshot(`
[
  "namespace ingress-nginx -> veza-backend-api 8080/TCP",
  "namespace veza-production-monitoring prometheus -> veza-backend-api 9090/TCP",
  "veza-backend-api -> postgres 5432/TCP",
  "veza-chat-server -> postgres 5432/TCP",
  "veza-stream-server -> postgres 5432/TCP",
  "postgres-backup -> postgres 5432/TCP",
  "namespace veza-production-monitoring prometheus -> postgres 9187/TCP",
  "veza-backend-api -> redis 6379/TCP",
  "veza-chat-server -> redis 6379/TCP",
  "veza-stream-server -> redis 6379/TCP",
  "namespace veza-production-monitoring prometheus -> redis 9121/TCP",
  "namespace ingress-nginx -> veza-chat-server 8081/TCP",
  "namespace veza-production-monitoring prometheus -> veza-chat-server 9091/TCP",
  "namespace ingress-nginx -> veza-stream-server 8082/TCP",
  "namespace veza-production-monitoring prometheus -> veza-stream-server 9092/TCP",
  "namespace veza-production-monitoring prometheus -> postgres-backup-store 9100/TCP",
  "namespace ingress-nginx -> acme.cert-manager.io/http01-solver 8089/TCP",
]
`);
});

test('pods of production may connect to these, and to nobody else', () => {
  const lookups = / 53\/UDP 53\/TCP$/;
  expect(allowed('production.k8s.yaml', 'egress').filter((line) => !lookups.test(line))).toMatchInlineSnapshot(`
[
  "veza-backend-api -> postgres 5432/TCP",
  "veza-backend-api -> redis 6379/TCP",
  "veza-backend-api -> 0.0.0.0/0 without 12 ranges 443/TCP",
  "veza-backend-api -> ::/0 without 7 ranges 443/TCP",
  "veza-backend-api -> 0.0.0.0/0 without 12 ranges 587/TCP",
  "veza-backend-api -> ::/0 without 7 ranges 587/TCP",
  "veza-chat-server -> postgres 5432/TCP",
  "veza-chat-server -> redis 6379/TCP",
  "veza-stream-server -> postgres 5432/TCP",
  "veza-stream-server -> redis 6379/TCP",
  "veza-stream-server -> 0.0.0.0/0 without 12 ranges 443/TCP",
  "veza-stream-server -> ::/0 without 7 ranges 443/TCP",
  "postgres-backup -> postgres 5432/TCP",
]
`);
});

test('every pod resolves names, and asks nobody but the resolvers', () => {
  const pods = [
    'postgres',
    'postgres-backup',
    'postgres-backup-store',
    'redis',
    'veza-backend-api',
    'veza-chat-server',
    'veza-stream-server',
  ];
  const resolvers = ['namespace kube-system kube-dns', 'namespace kube-system node-local-dns', '169.254.20.10/32'];
  const lookups = allowed('production.k8s.yaml', 'egress').filter((line) => line.includes(' 53/'));
  expect(lookups.sort()).toStrictEqual(
    pods.flatMap((pod) => resolvers.map((resolver) => `${pod} -> ${resolver} 53/UDP 53/TCP`)).sort(),
  );
});

test('what one pod may open, the other may take', () => {
  const own = /^(veza-[\w-]+|postgres-backup) -> (postgres|redis|veza-[\w-]+) /;
  const [opened, taken] = (['egress', 'ingress'] as const).map((side) =>
    allowed('production.k8s.yaml', side)
      .filter((line) => own.test(line))
      .sort(),
  );
  expect(opened).toHaveLength(7);
  expect(taken).toStrictEqual(opened);
});

test.each(['ingress', 'egress'] as const)('the %s of staging is that of production', (side) => {
  const staging = allowed('staging.k8s.yaml', side).map((line) => line.replace('veza-staging', 'veza-production'));
  expect(staging).toStrictEqual(allowed('production.k8s.yaml', side));
});
