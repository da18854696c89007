import { BlockList, isIPv6 } from 'node:net';
import type { AddressBlock } from '../../lib/network/connection';
import { certificateSolver, dnsResolvers, internet } from '../../lib/network/parties';

/** Whether one of the blocks has the address, and does not leave it out. */
function reaches(blocks: readonly AddressBlock[], address: string): boolean {
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

test.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.0.1', '2606:4700::1111'])(
  'the internet has %s',
  (address) => expect(reaches(internet.blocks, address)).toBe(true),
);

test.each([
  ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1'],
  ...['169.254.169.254', '::1', 'fd00:ec2::254', 'fe80::1'],
])('the internet has not %s: it is private, or gives out credentials', (address) => {
  expect(reaches(internet.blocks, address)).toBe(false);
});

test("names are resolved by the cluster's own pods, or on the node", () => {
  expect(dnsResolvers).toStrictEqual([
    { kind: 'namespace', name: 'cluster DNS', namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } },
    { kind: 'namespace', name: 'node-local DNS', namespace: 'kube-system', podLabels: { 'k8s-app': 'node-local-dns' } },
    { kind: 'network', name: 'link-local DNS', blocks: [{ cidr: '169.254.0.0/16', except: [] }] },
  ]);
});

test('a certificate solver is found by the label that cert-manager gives it', () => {
  expect(certificateSolver.podLabels).toStrictEqual({ 'acme.cert-manager.io/http01-solver': 'true' });
});
