import { clusterJobs, clusterPods } from '../../../lib/platform/postgres-cluster';
import { nameServiceWorkload } from '../../../lib/platform/workload-names';
import { veza } from '../../../lib/veza/veza';
import { ingressIn } from '../../support/edges';
import { production } from '../../support/environments/production';
import { staging } from '../../support/environments/staging';
import { knownManifests } from '../../support/known-manifests';
import { type Manifest, type Peer, podTemplate, type Selector } from '../../support/manifests';
import { contracts } from '../../support/own-platform';
import { sampleObjects } from '../../support/sample-platform';

/** Objects of an environment that the tests know. */
function objectsOf(environment: string): readonly Manifest[] {
  return knownManifests.get(`${environment}.k8s.yaml`) ?? [];
}

/** What the policies among some objects let through on one side: a line for each peer and its ports. */
function allowed(objects: readonly Manifest[], side: 'ingress' | 'egress'): string[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy').flatMap((policy) => lines(policy, side));
}

function lines({ spec }: Manifest, side: 'ingress' | 'egress'): string[] {
  const pods = describeSelector(spec?.podSelector);
  return (spec?.[side] ?? []).flatMap(({ from, to, ports = [] }) =>
    // A rule without peers or ports is open to every peer or on every port, and is described so.
    (from ?? to ?? [{}]).map((peer) => {
      const open = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ') || 'any port';
      return side === 'ingress' ? `${name(peer)} -> ${pods} ${open}` : `${pods} -> ${name(peer)} ${open}`;
    }),
  );
}

function name({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  if (ipBlock) return ipBlock.cidr + (ipBlock.except === undefined ? '' : ` without ${ipBlock.except.length} ranges`);
  if (namespaceSelector)
    return `namespace ${describeSelector(namespaceSelector)}${podSelector ? ` ${describeSelector(podSelector)}` : ''}`;
  return podSelector ? describeSelector(podSelector) : 'every peer';
}

function describeSelector(selector: Selector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {});
  return labels.map(([key, value]) => (value === 'true' ? key : value)).join() || 'everything';
}

test('only these peers may connect to pods of a small environment', () => {
  expect(allowed(sampleObjects.test ?? [], 'ingress')).toMatchInlineSnapshot(`
[
  "namespace ingress-nginx -> sample-orders 3000/TCP",
  "namespace sample-test-monitoring prometheus -> sample-orders 3001/TCP",
  "sample-orders -> postgres 5432/TCP",
  "postgres-backup -> postgres 5432/TCP",
  "namespace sample-test-monitoring prometheus -> postgres 9187/TCP",
  "sample-orders -> redis 6379/TCP",
  "namespace sample-test-monitoring prometheus -> redis 9121/TCP",
  "namespace sample-test-monitoring prometheus -> sample-mailer 3011/TCP",
  "namespace sample-test-monitoring prometheus -> postgres-backup-store 9100/TCP",
  "namespace ingress-nginx -> acme.cert-manager.io/http01-solver 8089/TCP",
]
`);
});

test('pods of a small environment may connect only to these peers', () => {
  const lookups = / 53\/UDP 53\/TCP$/;
  const others = allowed(sampleObjects.test ?? [], 'egress').filter((line) => !lookups.test(line));
  expect(others).toMatchInlineSnapshot(`
[
  "sample-orders -> postgres 5432/TCP",
  "sample-orders -> redis 6379/TCP",
  "sample-orders -> 0.0.0.0/0 without 12 ranges 443/TCP",
  "sample-orders -> ::/0 without 7 ranges 443/TCP",
  "sample-mailer -> 0.0.0.0/0 without 12 ranges 587/TCP",
  "sample-mailer -> ::/0 without 7 ranges 587/TCP",
  "postgres-backup -> postgres 5432/TCP",
]
`);
});

describe.each([staging, production])('$name', (stated) => {
  const { name: environment, namespace } = stated;
  const objects = objectsOf(environment);

  test('only the ingress controller, Prometheus and its callers may connect to a service', () => {
    const expected = contracts.flatMap((contract) => {
      const pod = nameServiceWorkload(veza.name, contract.name);
      const { http, metrics } = contract.ports;
      const callers = contracts.filter(({ calls }) => calls.includes(contract.name));
      return [
        ...(contract.exposure === 'internal'
          ? []
          : [`namespace ${ingressIn(stated).controllerNamespace} -> ${pod} ${http}/TCP`]),
        ...callers.map(({ name }) => `${nameServiceWorkload(veza.name, name)} -> ${pod} ${http}/TCP`),
        `namespace ${namespace}-monitoring prometheus -> ${pod} ${metrics}/TCP`,
      ];
    });
    const toServices = allowed(objects, 'ingress').filter((line) => / -> veza-/.test(line));
    expect(toServices.sort()).toStrictEqual(expected.sort());
  });

  test('a service may connect to what its contract calls, and to nothing else', () => {
    const opened = (service: string) =>
      allowed(objects, 'egress').filter((line) => line.startsWith(`${service} -> `) && !line.includes(' 53/'));
    const silent = contracts.filter(({ calls }) => calls.length === 0);
    for (const { name } of silent) expect(opened(nameServiceWorkload(veza.name, name))).toStrictEqual([]);
    const private_ = contracts.filter(({ calls }) => !calls.some((peer) => ['https', 'smtp'].includes(peer)));
    for (const { name } of private_) {
      expect(opened(nameServiceWorkload(veza.name, name)).filter((line) => line.includes('/0 '))).toStrictEqual([]);
    }
  });

  test('every pod resolves names, and asks only the resolvers', () => {
    const hasCluster = objects.some(({ kind }) => kind === 'Cluster');
    const pods = [
      ...objects.flatMap((object) => podTemplate(object)?.metadata.labels?.app ?? []),
      ...(hasCluster ? [clusterPods, ...clusterJobs] : []),
    ];
    const lookups = allowed(objects, 'egress').filter((line) => line.includes(' 53/'));
    const resolvers = ['namespace kube-system kube-dns', 'namespace kube-system node-local-dns', '169.254.20.10/32'];
    expect(lookups.sort()).toStrictEqual(
      pods.flatMap((pod) => resolvers.map((resolver) => `${pod} -> ${resolver} 53/UDP 53/TCP`)).sort(),
    );
  });

  test('what one pod may open, the other may take', () => {
    const own = /^(veza-[\w-]+|postgres-backup|redis|redis-proxy) -> (postgres|redis|redis-proxy|veza-[\w-]+) /;
    const [opened, taken] = (['egress', 'ingress'] as const).map((side) =>
      allowed(objects, side)
        .filter((line) => own.test(line))
        .sort(),
    );
    expect(taken).toStrictEqual(opened);
  });
});

const stores = new RegExp(`\\b(postgres|redis|${clusterJobs.join('|')})`);

test.each(['ingress', 'egress'] as const)('the %s of staging is that of production, but for the stores', (side) => {
  const withoutStores = (environment: string) =>
    allowed(objectsOf(environment), side).filter((line) => !stores.test(line));
  const staging = withoutStores('staging').map((line) => line.replace('veza-staging', 'veza-production'));
  expect(staging).not.toHaveLength(0);
  expect(staging).toStrictEqual(withoutStores('production'));
});
