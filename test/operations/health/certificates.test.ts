import type { Certificate } from '../../../lib/cluster/kubernetes-types';
import { certificates } from '../../../lib/operations/health/certificates';
import { ago, object, snapshot } from './cluster';

const ingress = object('Ingress', 'api', { spec: { tls: [{ hosts: ['api.shop.test'], secretName: 'api-tls' }] } });
const aDay = 24 * 60;
const ready = { type: 'Ready', status: 'True', message: 'Certificate is up to date' };

/** A certificate that is good for some days and an hour. */
const certificate = (days: number, conditions: readonly object[] = [ready], more: object = {}) =>
  object('Certificate', 'api-cert', {
    spec: { secretName: 'api-tls' },
    status: { notAfter: ago(-days * aDay - 60), conditions },
    ...more,
  }) as Certificate;

/** One of those that live for six days only, and are renewed two days before their end. */
const short = (days: number) =>
  certificate(days, [ready], {
    status: { notAfter: ago(-days * aDay - 60), renewalTime: ago(-(days - 2) * aDay - 60), conditions: [ready] },
  });

const details = (found: Parameters<typeof snapshot>[2], expected = [ingress]) =>
  certificates(snapshot([], expected, found)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);

const describe = 'kubectl describe certificate -n shop api-cert';
const issuing = { type: 'Issuing', status: 'True', message: 'Waiting for the challenge' };
const absent =
  'bad shop Ingress/api: no Certificate makes its Secret api-tls; see kubectl describe ingress -n shop api, and the log of cert-manager';

test.each<[string, string[]]>([
  ['ok shop Certificate/api-cert: is valid for another 89 d', details([certificate(89)])],
  ['ok shop Certificate/api-cert: is valid for another 23 d', details([certificate(23)])],
  [
    `warn shop Certificate/api-cert: is valid for another 22 d, though renewal begins 30 d before the end: Waiting for the challenge; ${describe}`,
    details([certificate(22, [ready, issuing])]),
  ],
  [
    `warn shop Certificate/api-cert: is valid for another 15 d, though renewal begins 30 d before the end: Certificate is up to date; ${describe}`,
    details([certificate(15)]),
  ],
  [
    `bad shop Certificate/api-cert: is valid for another 14 d, and 15 d is the least: Certificate is up to date; ${describe}`,
    details([certificate(14)]),
  ],
  [
    `bad shop Certificate/api-cert: has been invalid for 47 h, and 15 d is the least: Certificate is up to date; ${describe}`,
    details([certificate(-2)]),
  ],
  [
    `bad shop Certificate/api-cert: is not ready: order is errored; ${describe}`,
    details([certificate(89, [{ ...ready, status: 'False', message: 'order is\nerrored' }])]),
  ],
  [
    `bad shop Certificate/api-cert: is not ready: cert-manager has not looked at it; ${describe}`,
    details([certificate(89, [], { status: undefined })]),
  ],
  [
    `bad shop Certificate/api-cert: says nothing of its end: Certificate is up to date; ${describe}`,
    details([certificate(89, [], { status: { conditions: [ready] } })]),
  ],
  ['ok shop Certificate/api-cert: is valid for another 4 d', details([short(4)])],
  ['ok shop Certificate/api-cert: is valid for another 37 h', details([short(1.5)])],
  [
    `warn shop Certificate/api-cert: is valid for another 33 h, though renewal begins 2 d before the end: Certificate is up to date; ${describe}`,
    details([short(4 / 3)]),
  ],
  [
    `bad shop Certificate/api-cert: is valid for another 23 h, and 24 h is the least: Certificate is up to date; ${describe}`,
    details([short(11 / 12)]),
  ],
  [absent, details([])],
  [absent, details([certificate(89, [ready], { spec: { secretName: 'chat-tls' } })])],
  [absent, details([certificate(89, [ready], { metadata: { name: 'api-cert', namespace: 'elsewhere' } })])],
  [
    'bad 1 certificates: the cluster knows no Certificate (cert-manager.io): install cert-manager, or nobody renews them',
    details('unknown kind'),
  ],
])('%s', (row, rows) => {
  expect(rows).toEqual([row]);
});

test('where no Ingress shows a certificate, none is asked for', () => {
  expect(details('unknown kind', [])).toEqual([]);
});
