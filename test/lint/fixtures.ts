import { readManifests } from '../../lib/manifests/read-manifests';

const folder = `${__dirname}/../fixtures`;

/** A copy of the objects of a folder of fixtures, for a test to change as it likes. */
export function fixture(name: string): unknown[] {
  const { objects, problems } = readManifests([`${folder}/${name}`]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return structuredClone([...objects]);
}

/** Path of a fixture, for the command. */
export function fixturePath(name: string): string {
  return `${folder}/${name}`;
}
