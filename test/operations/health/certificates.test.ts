import type { Certificate } from '../../../lib/cluster/kubernetes-types';
import { checkCertificates } from '../../../lib/operations/health/certificates';
import { ago, object, snapshot } from './cluster';

const ingress = object('Ingress', 'api', { spec: { tls: [{ hosts: ['api.shop.test'], secretName: 'api-tls' }] } });
const aDay = 24 * 60;
const ready = { type: 'Ready', status: 'True', message: 'Certificate is up to date' };

/** A certificate that expires in some days and an hour. */
const certificate = (days: number, conditions: readonly object[] = [ready], more: object = {}) =>
  object('Certificate', 'api-cert', {
    spec: { secretName: 'api-tls' },
    status: { notAfter: ago(-days * aDay - 60), conditions },
    ...more,
  }) as Certificate;

/** A short-lived certificate, renewed two days before its expiry. */
const short = (days: number) =>
  certificate(days, [ready], {
    status: { notAfter: ago(-days * aDay - 60), renewalTime: ago(-(days - 2) * aDay - 60), conditions: [ready] },
  });

const details = (found: Parameters<typeof snapshot>[2], expected = [ingress]) =>
  checkCertificates(snapshot([], expected, found)).map(
    ({ state, object: what, detail }) => `${state} ${what}: ${detail}`,
  );

const describe = 'kubectl describe certificate -n shop api-cert';
const issuing = { type: 'Issuing', status: 'True', message: 'Waiting for the challenge' };
const absent =
  'failed shop Ingress/api: no Certificate issues its Secret api-tls; see kubectl describe ingress -n shop api, and the log of cert-manager';

const stated = object('Certificate', 'api-cert', { spec: { secretName: 'api-tls' } });

test.each<[string, string[]]>([
  ['ok shop Certificate/api-cert: expires in 89 d', details([certificate(89)], [stated])],
  [
    'failed shop Certificate/api-cert: no Certificate issues its Secret api-tls; see kubectl describe certificate -n shop api-cert, and the log of cert-manager',
    details([], [stated]),
  ],
  ['ok shop Certificate/api-cert: expires in 89 d', details([certificate(89)])],
  ['ok shop Certificate/api-cert: expires in 23 d', details([certificate(23)])],
  [
    `warning shop Certificate/api-cert: expires in 22 d; renewal is due 30 d before expiry: Waiting for the challenge; ${describe}`,
    details([certificate(22, [ready, issuing])]),
  ],
  [
    `warning shop Certificate/api-cert: expires in 15 d; renewal is due 30 d before expiry: Certificate is up to date; ${describe}`,
    details([certificate(15)]),
  ],
  [
    `failed shop Certificate/api-cert: expires in 14 d; must be renewed at least 15 d before expiry: Certificate is up to date; ${describe}`,
    details([certificate(14)]),
  ],
  [
    `failed shop Certificate/api-cert: expired 47 h ago; must be renewed at least 15 d before expiry: Certificate is up to date; ${describe}`,
    details([certificate(-2)]),
  ],
  [
    `failed shop Certificate/api-cert: is not ready: order is errored; ${describe}`,
    details([certificate(89, [{ ...ready, status: 'False', message: 'order is\nerrored' }])]),
  ],
  [
    `failed shop Certificate/api-cert: is not ready: cert-manager has not processed it yet; ${describe}`,
    details([certificate(89, [], { status: undefined })]),
  ],
  [
    `failed shop Certificate/api-cert: does not state when it expires: Certificate is up to date; ${describe}`,
    details([certificate(89, [], { status: { conditions: [ready] } })]),
  ],
  ['ok shop Certificate/api-cert: expires in 4 d', details([short(4)])],
  ['ok shop Certificate/api-cert: expires in 37 h', details([short(1.5)])],
  [
    `warning shop Certificate/api-cert: expires in 33 h; renewal is due 2 d before expiry: Certificate is up to date; ${describe}`,
    details([short(4 / 3)]),
  ],
  [
    `failed shop Certificate/api-cert: expires in 23 h; must be renewed at least 24 h before expiry: Certificate is up to date; ${describe}`,
    details([short(11 / 12)]),
  ],
  [absent, details([])],
  [absent, details([certificate(89, [ready], { spec: { secretName: 'chat-tls' } })])],
  [absent, details([certificate(89, [ready], { metadata: { name: 'api-cert', namespace: 'elsewhere' } })])],
  [
    'failed 1 certificates: the cluster has no kind Certificate (cert-manager.io); install cert-manager, which renews certificates',
    details('unknown kind'),
  ],
])('%s', (row, rows) => {
  expect(rows).toEqual([row]);
});

test('without an Ingress with TLS there are no rows', () => {
  expect(details('unknown kind', [])).toEqual([]);
});
