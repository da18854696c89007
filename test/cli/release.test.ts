import { join } from 'node:path';
import { idOf, type Manifest, readManifests } from '../support/manifests';
import { contracts } from '../support/own-platform';
import { differingPaths, leaves } from '../support/paths';
import { inFolder, runWith } from './support/folder';

let before: Map<string, Manifest[]>;
let after: Map<string, Manifest[]>;
beforeAll(async () => {
  before = await synth({});
  after = await synth({ VEZA_VERSION: 'v1.2.3-rc.1' });
});

function synth(variables: Readonly<Record<string, string>>): Promise<Map<string, Manifest[]>> {
  return inFolder(async (folder) => {
    expect((await runWith(variables)).status).toBe(0);
    return readManifests(join(folder, 'dist'));
  });
}

const releasedFiles = ['production.k8s.yaml', 'staging.k8s.yaml'];
const services = contracts.map(({ name }) => name);

function pathsIn(service: string): string[] {
  return [
    'metadata.labels.app.kubernetes.io/version',
    'metadata.labels.version',
    `spec.template.spec.containers[${service}].image`,
    'spec.template.metadata.labels.app.kubernetes.io/version',
    'spec.template.metadata.labels.version',
  ].sort();
}

test('a release changes the image tags and version labels of the services and nothing else', () => {
  const changed = [...before].flatMap(([file, objects]) => {
    const others = after.get(file) ?? [];
    expect(others.map(idOf)).toStrictEqual(objects.map(idOf));
    return objects
      .map((object, index) => [file, idOf(object), differingPaths(object, others[index])] as const)
      .filter(([, , paths]) => paths.length > 0);
  });
  expect(changed).toStrictEqual(
    releasedFiles.flatMap((file) =>
      services.map((service) => [file, `Deployment/veza-${service}`, pathsIn(service)] as const),
    ),
  );
});

test('a release sets the tag and the labels to the version', () => {
  const values = releasedFiles.flatMap((file) =>
    services.flatMap((service) => {
      const deployment = after.get(file)?.find((object) => idOf(object) === `Deployment/veza-${service}`);
      const found = leaves(deployment);
      return pathsIn(service).map((path) => String(found.get(path)).replace(`ghcr.io/veza/${service}:`, ''));
    }),
  );
  expect(values).toHaveLength(releasedFiles.length * services.length * 5);
  expect(new Set(values)).toStrictEqual(new Set(['v1.2.3-rc.1']));
});

test('two releases differ in no immutable field', () => {
  const immutable = (objects: ReadonlyMap<string, readonly Manifest[]>) =>
    [...objects].flatMap(([file, manifests]) =>
      manifests
        .filter(({ spec }) => spec?.template !== undefined)
        .map((manifest) => [
          `${file} ${idOf(manifest)}`,
          manifest.spec?.selector,
          manifest.spec?.serviceName,
          manifest.spec?.volumeClaimTemplates,
        ]),
    );
  expect(immutable(before).length).toBeGreaterThan(20);
  expect(immutable(after)).toStrictEqual(immutable(before));
  expect(immutable(before).filter(([, selector]) => selector === undefined)).toStrictEqual([]);
  expect(immutable(before).filter(([, , serviceName]) => serviceName !== undefined).length).toBeGreaterThan(8);
  expect(immutable(before).filter(([, , , claims]) => claims !== undefined).length).toBeGreaterThan(8);
});
