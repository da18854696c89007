import { knownVersions } from './schema/kubernetes-types';

/** The minor version: 30 of `1.30`, `v1.30` and `1.30.4`; undefined if the fields of that version are not known. */
export function parseKubernetesVersion(text: string): number | undefined {
  const minor = Number(/^v?1\.(\d+)(\.\d+)?$/.exec(text)?.[1]);
  return minor >= knownVersions.oldest && minor <= knownVersions.newest ? minor : undefined;
}

/** What is said of another version. */
export const knownKubernetesVersions = `The fields of 1.${knownVersions.oldest} to 1.${knownVersions.newest} are known.`;
