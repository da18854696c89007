import { existsSync, readFileSync } from 'node:fs';
import type { KubernetesManifest } from '../manifests/manifest';
import { parseManifests } from '../manifests/yaml-documents';
import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import { environmentFiles } from '../synth/render-environment';

interface SynthesizedFile {
  readonly path: string;
  readonly objects: readonly KubernetesManifest[];
}

/**
 * Reads the files of an environment in `dist/`.
 * @throws UsageError if one does not exist
 */
export function readSynthesizedFiles(environment: Environment): SynthesizedFile[] {
  const paths = environmentFiles(environment).map((file) => `dist/${file}.k8s.yaml`);
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist; run npx veza synth first`);
  }
  return paths.map((path) => ({ path, objects: parseManifests(readFileSync(path, 'utf8')) }));
}
