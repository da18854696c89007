import { type CheckOptions, lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { Manifest } from '../../lib/manifests/manifest';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { fixture } from './fixtures';

/** A change of one place of a set of objects. */
export type Change = (objects: unknown[]) => void;

/** Puts a value in the place that a JSON pointer names, or takes it away. */
export function put(id: string, pointer: string, value: unknown): Change {
  return (objects) => {
    const keys = pointer
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/'));
    const last = keys.pop() ?? '';
    const parent = keys.reduce(fieldOf, objectNamed(objects, id));
    if (typeof parent !== 'object' || parent === null) throw new Error(`${id} has nothing at ${pointer}`);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else Reflect.set(parent, last, structuredClone(value));
  };
}

export function add(object: unknown): Change {
  return (objects) => objects.push(object);
}

export function remove(id: string): Change {
  return (objects) => objects.splice(objects.indexOf(objectNamed(objects, id)), 1);
}

/** What the rules find in a set of fixtures after some changes, as `rule | object: path: message`. */
export function findingsAfter(
  changes: readonly Change[],
  options: Partial<CheckOptions> = {},
  name = 'well-made',
): string[] {
  const objects = new ManifestSet(fixture(name)).objects.map(({ value }) => value);
  for (const change of changes) change(objects);
  const findings = lintManifests(objects, { policy: true, ...options });
  return findings.map((finding) => `${finding.rule} | ${formatFinding(finding)}`);
}

function objectNamed(objects: readonly unknown[], id: string): unknown {
  const object = objects.find((candidate) => new Manifest(candidate).id === id);
  if (object === undefined) throw new Error(`there is no ${id}`);
  return object;
}

function fieldOf(parent: unknown, key: string): unknown {
  if (typeof parent !== 'object' || parent === null) throw new Error(`there is nothing at "${key}"`);
  return Reflect.get(parent, key);
}
