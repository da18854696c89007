import { Yaml } from 'cdk8s';
import type { Environment } from './environments/environment';
import { environmentObjects, objectProblems } from './object-sets';
import type { Platform } from './platform';
import { reject } from './problems';

/** An object as it is synthesized; what is in it besides depends on its kind. */
export interface SynthesizedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The manifests of an environment, as a synth writes them. */
export interface Manifests {
  /** Content of each file, by its name: `staging.k8s.yaml`. */
  readonly files: Readonly<Record<string, string>>;
  /** The objects of all files, in the order in which they are applied. */
  readonly objects: readonly SynthesizedObject[];
}

/**
 * Synthesizes an environment without writing it, checked as at every synth.
 * @throws InputError that names every problem
 */
export function environmentManifests(platform: Platform, environment: Environment): Manifests {
  const set = environmentObjects(platform, environment);
  reject(objectProblems(set));
  const entries = Object.entries(set.files);
  return {
    files: Object.fromEntries(entries.map(([name, objects]) => [`${name}.k8s.yaml`, Yaml.stringify(...objects)])),
    objects: entries.flatMap(([, objects]) => objects as SynthesizedObject[]),
  };
}
