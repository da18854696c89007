import { BlockList, isIPv6 } from 'node:net';
import { acmeSolver, dnsResolvers, internet } from '../../../lib/constructs/network/well-known-peers';
import type { IpBlock } from '../../../lib/platform/connection';

/** Whether one of the blocks has the address, and does not leave it out. */
function reaches(blocks: readonly IpBlock[], address: string): boolean {
  return blocks.some(({ cidr, except }) => isIn([cidr], address) && !isIn(except, address));
}

function isIn(cidrs: readonly string[], address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  for (const cidr of cidrs.filter((text) => text.includes(':') === isIPv6(address))) {
    const [network = '', prefix = ''] = cidr.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list.check(address, family);
}

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.0.1',
  '192.0.1.1',
  '198.17.0.1',
  '198.20.0.1',
  '2606:4700::1111',
])('the internet has %s', (address) => expect(reaches(internet.blocks, address)).toBe(true));

test.each([
  ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1'],
  ...['169.254.169.254', '::1', 'fd00:ec2::254', 'fe80::1', '0.0.0.1', '192.0.0.8', '198.18.0.1', '198.19.255.254'],
  ...['240.0.0.1', '255.255.255.255', '224.0.0.1', 'ff02::1', '168.63.129.16'],
  // An IPv4 address in the clothes of an IPv6 one: 10.0.0.1 and 169.254.169.254 by NAT64, 10.0.0.1 by 6to4.
  ...['64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a00:1', '2002:a00:1::1'],
])('the internet has not %s: it is private, or gives out credentials', (address) => {
  expect(reaches(internet.blocks, address)).toBe(false);
});

test('every exception lies within its range, and is narrower, as the API server demands', () => {
  for (const { cidr, except } of internet.blocks) {
    // As Go reads it, an address such as ::ffff:0:0 is one of IPv4, and in no range of IPv6.
    expect(except.filter((range) => range.startsWith('::ffff:'))).toStrictEqual([]);
    expect(except.every((range) => isIn([cidr], range.split('/')[0] ?? '') && !range.endsWith('/0'))).toBe(true);
  }
});

test('an address of the cloud is no resolver: its metadata has one as well', () => {
  const links = dnsResolvers.flatMap((peer) => (peer.kind === 'network' ? peer.blocks : []));
  expect(['169.254.169.253', '169.254.169.254', '169.254.0.1'].filter((address) => reaches(links, address))).toEqual(
    [],
  );
  expect(reaches(links, '169.254.20.10')).toBe(true);
});

test("names are resolved by the cluster's own pods, or on the node", () => {
  expect(dnsResolvers).toStrictEqual([
    { kind: 'namespace', name: 'cluster DNS', namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } },
    { kind: 'namespace', name: 'node-local DNS', namespace: 'kube-system', podLabels: { 'k8s-app': 'node-local-dns' } },
    { kind: 'network', name: 'link-local DNS', blocks: [{ cidr: '169.254.20.10/32', except: [] }] },
  ]);
});

test('a certificate solver is found by the label that cert-manager gives it', () => {
  expect(acmeSolver.podLabels).toStrictEqual({ 'acme.cert-manager.io/http01-solver': 'true' });
});
