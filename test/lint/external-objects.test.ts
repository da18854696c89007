import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { formatExternal } from '../../lib/manifests/external-annotation';

/** A Deployment that reads two keys of a Secret and states something about external objects. */
function reader(external?: string): unknown {
  const variable = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'database', key } } });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      ...(external === undefined ? {} : { annotations: { 'integrity.veza.app/external': external } }),
    },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'example.org/web:1',
              env: [variable('USER', 'username'), variable('PASS', 'password')],
            },
          ],
        },
      },
    },
  };
}

const namespace = (external: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', annotations: { 'integrity.veza.app/external': external } },
});

const messages = (...objects: unknown[]) => lintManifests(objects, { policy: false }).map(formatFinding);
const missing = 'Secret database does not exist in shop (there is none)';

test('without a statement a Secret that is not in the set is missing', () => {
  expect(messages(reader())).toEqual([expect.stringContaining(missing), expect.stringContaining(missing)]);
});

test.each([
  ['every key', 'Secret/database'],
  ['the keys that are read', 'Secret/database: username, password'],
  ['a line for each key', 'Secret/database: username\nSecret/database: password\n'],
  ['the namespace', 'Secret/shop/database: username,password'],
])('an object may state %s of an external Secret', (_, statement) => {
  expect(messages(reader(statement))).toEqual([]);
});

test('the Namespace may state what others create in it', () => {
  expect(messages(reader(), namespace('Secret/database: username, password'))).toEqual([]);
});

test('a key that is not stated is still missing', () => {
  expect(messages(reader('Secret/database: username, pass'))).toEqual([
    expect.stringContaining('env[PASS]: Secret database has no key "password" (it has username, pass)'),
  ]);
});

test('a Secret of another namespace is not the one that is read', () => {
  expect(messages(reader('Secret/other/database'))).toHaveLength(2);
});

test('a line that cannot be read is a finding, and has no effect', () => {
  expect(messages(reader('the database'))).toEqual([
    'shop Deployment/web: metadata.annotations[integrity.veza.app/external]: "the database" names no object',
    expect.stringContaining(missing),
    expect.stringContaining(missing),
  ]);
});

test('cluster-scoped kinds have no namespace', () => {
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'integrity.veza.app/external': 'ClusterRole/auditor\nServiceAccount/web' },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'auditor' },
    subjects: [{ kind: 'ServiceAccount', name: 'web' }],
  };
  expect(messages(binding)).toEqual([]);
});

test('a statement is written as it is read', () => {
  const secret = { kind: 'Secret', namespace: 'shop', name: 'database' };
  const assumptions = [
    { ...secret, key: 'username' },
    { ...secret, key: 'password' },
    { kind: 'Service', namespace: 'legacy', name: 'billing', key: undefined },
  ];
  expect(formatExternal(assumptions, 'shop')).toBe('Secret/database: password, username\nService/legacy/billing');
});
