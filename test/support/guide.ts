import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, type Manifest, parseManifests, project } from './manifests';
import { leaves } from './paths';

const folder = join(project, 'test/fixtures/guide');

/** Every object of the deployment guide, as its YAML blocks have them. */
export const guideObjects: readonly Manifest[] = readdirSync(folder)
  .sort()
  .flatMap((name) => parseManifests(readFileSync(join(folder, name), 'utf8')));

/** A value of the guide that ours is not: `Deployment/veza-backend-api spec.replicas`, and what ours is instead. */
export type Difference = readonly [where: string, ours: unknown];

/** Every value of an object of the guide that does not stand in the object of its name among ours. */
export function differences(guide: Manifest, namespace: string, ours: readonly Manifest[]): Difference[] {
  const expected = leaves(inNamespace(readable(guide), namespace));
  const own = ours.find((object) => idOf(object) === idOf(guide).replace(/^Cluster/, ''));
  if (own === undefined) return [[idOf(guide), undefined]];
  const found = leaves(readable(own));
  return [...expected]
    .filter(([path, value]) => numbered(found, path) !== value)
    .map(([path]) => [`${idOf(guide)} ${path}`, found.get(path)]);
}

/** The value at a path; of a probe's port, which we name, the number. */
function numbered(found: ReadonlyMap<string, unknown>, path: string): unknown {
  const value = found.get(path);
  return found.get(path.replace(/\.\w+Probe\.httpGet\.port$/, `.ports[${value}].containerPort`)) ?? value;
}

/** The object with the lines of its configuration files as single values. */
function readable(object: Manifest): unknown {
  if (object.kind !== 'ConfigMap') return object;
  const data = Object.entries(object.data ?? {}).map(([key, text]) => [key, key.includes('.') ? lines(text) : text]);
  return { ...object, data: Object.fromEntries(data) };
}

function lines(text: string): Record<string, string> {
  const stated = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return Object.fromEntries(stated.map((line) => line.split(/ *= *(.*)/, 2)));
}

function inNamespace(object: unknown, namespace: string): unknown {
  return JSON.parse(JSON.stringify(object).replaceAll('"namespace":"veza-production"', `"namespace":"${namespace}"`));
}
