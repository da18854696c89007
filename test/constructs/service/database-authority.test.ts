import { App, Chart } from 'cdk8s';
import { ConfigBundle } from '../../../lib/constructs/config/config-bundle';
import { SecretBundle } from '../../../lib/constructs/config/secret-bundle';
import { makeServicePod, type ServicePodProps } from '../../../lib/constructs/service/service-pod';
import type { AuthorityFile } from '../../../lib/platform/settings/database';
import { catalog, namespaceScope, shopTest } from '../../support/shop';

const chart = new Chart(new App(), 'bundles');
const settings = Object.fromEntries(catalog.settings.map((name) => [name, 'x']));
const shared: Omit<ServicePodProps, 'contract'> = {
  resources: shopTest.services.catalog.resources,
  config: new ConfigBundle(chart, 'config', { namespaceScope, settings, files: {} }),
  secrets: new SecretBundle(chart, 'secrets', { namespaceScope, keys: catalog.secrets, source: { kind: 'existing' } }),
  version: 'v1.0.0',
  serviceAccountName: 'account',
  priorityClassName: 'class',
};

/** What a pod has of the authority: its volume, where it is mounted, and the variable with the file's path. */
function authorityIn(calls: ServicePodProps['contract']['calls'], databaseAuthority: AuthorityFile | undefined) {
  const pod = makeServicePod('shop-catalog', 1, { ...shared, contract: { ...catalog, calls }, databaseAuthority });
  const [container] = pod.containers;
  return {
    volume: pod.volumes?.find(({ name }) => name === 'database-authority'),
    mount: container?.volumeMounts?.find(({ name }) => name === 'database-authority'),
    variable: container?.env?.find(({ name }) => name === 'PGSSLROOTCERT')?.value,
  };
}

const nothing = { volume: undefined, mount: undefined, variable: undefined };

test('a service that calls the database gets the certificates alone, and the path of their file', () => {
  expect(authorityIn(['database'], { kind: 'Secret', name: 'postgres-ca', key: 'ca.crt' })).toEqual({
    volume: {
      name: 'database-authority',
      secret: { secretName: 'postgres-ca', defaultMode: 0o444, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    },
    mount: { name: 'database-authority', mountPath: '/etc/database-authority', readOnly: true },
    variable: '/etc/database-authority/ca.crt',
  });
});

test('an authority in a ConfigMap may have any key', () => {
  const { volume } = authorityIn(['database'], { kind: 'ConfigMap', name: 'authorities', key: 'rds.pem' });
  expect(volume).toEqual({
    name: 'database-authority',
    configMap: { name: 'authorities', items: [{ key: 'rds.pem', path: 'ca.crt' }] },
  });
});

test('a service that does not call the database gets none, nor one of an unverified server', () => {
  expect(authorityIn([], { kind: 'Secret', name: 'postgres-ca', key: 'ca.crt' })).toEqual(nothing);
  expect(authorityIn(['database'], undefined)).toEqual(nothing);
});
