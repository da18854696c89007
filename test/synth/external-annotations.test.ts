import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { stateExternalObjects } from '../../lib/synth/external-annotations';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';

const annotation = 'integrity.veza.app/external';
const metadata = (name: string) => ({ name, namespace: 'shop' });
const secret = { kind: 'Secret', namespace: 'shop', name: 'database' };
const external = {
  secretKeys: [
    { ...secret, key: 'username' },
    { ...secret, key: 'password' },
  ],
  others: [{ kind: 'Service', namespace: 'shop', name: 'legacy', key: undefined }],
};

function pod(key: string): KubernetesManifest & { readonly spec: unknown } {
  const env = [{ name: 'VALUE', valueFrom: { secretKeyRef: { name: 'database', key } } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: metadata('web'), spec: { containers: [{ name: 'web', env }] } };
}

function statements(...objects: KubernetesManifest[]): (string | undefined)[] {
  return stateExternalObjects(objects, external).map((object) => object.metadata.annotations?.[annotation]);
}

test('an object states the keys that it reads, and no other', () => {
  expect(statements(pod('username'))).toEqual(['Secret/database: username']);
});

test('a key that is not supplied is not stated', () => {
  expect(statements(pod('user-name'))).toEqual([undefined]);
});

test('an object that reads nothing of the kind stays as it is', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings') };
  expect(stateExternalObjects([config], external)[0]).toBe(config);
});

test('the Namespace states other external objects', () => {
  expect(statements({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })).toEqual(['Service/legacy']);
});

test('own annotations stay, in the order of their names', () => {
  const own = { ...pod('username'), metadata: { ...metadata('web'), annotations: { z: 'last', a: 'first' } } };
  expect(Object.keys(stateExternalObjects([own], external)[0]?.metadata.annotations ?? {})).toEqual([
    'a',
    annotation,
    'z',
  ]);
});

describe.each(environments)('environment $name', (environment) => {
  const output = buildEnvironment(veza, environment);
  const { files, check } = output;

  test('needs no assumption', () => {
    expect(check.assume).toBeUndefined();
    expect(lintOutput(output)).toEqual([]);
  });

  test('states nothing on a pod template, where a change would restart the pods', () => {
    const templates = Object.values(files)
      .flat()
      .map((object) => JSON.stringify('spec' in object ? object.spec : {}));
    expect(templates.filter((template) => template.includes(annotation))).toEqual([]);
  });
});
