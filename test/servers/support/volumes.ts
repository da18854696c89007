import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FilesSpec, Manifests, VolumeSpec } from './manifests';

/** What the volumes of a pod are made of. */
export interface VolumeSources extends Pick<Manifests, 'configMaps'> {
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly fsGroup: number;
}

/** Makes the directory of a volume as the kubelet does, under a directory of the pod's. */
export function makeVolume(volume: VolumeSpec, directory: string, sources: VolumeSources): void {
  const { configMap, secret } = volume;
  mkdirSync(directory);
  own(directory, sources.fsGroup, 0o2777);
  if (configMap !== undefined) writeFiles(directory, configMap, sources.configMaps[configMap.name], sources.fsGroup);
  if (secret !== undefined) writeFiles(directory, secret, sources.secrets[secret.secretName], sources.fsGroup);
}

/** Gives a claimed volume to the pod's group. A claim is kept, so what is in it keeps its owners. */
export function own(directory: string, fsGroup: number, mode = 0o2775): void {
  chownSync(directory, 0, fsGroup);
  chmodSync(directory, mode);
}

/** Writes keys as files. As the kubelet does it, all of them change at once: `..data` is put to another directory. */
export function writeFiles(
  directory: string,
  { items, defaultMode = 0o644, optional = false }: FilesSpec,
  data: Readonly<Record<string, string>> | undefined,
  fsGroup: number,
): void {
  if (data === undefined) throw new Error(`${directory}: the pod names an object that does not exist`);
  const named = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const files = named.filter(({ key }) => !optional || data[key] !== undefined);
  const version = mkdtempSync(join(directory, '..version-'));
  own(version, fsGroup, 0o2755);
  for (const { key, path } of files) {
    const content = data[key];
    if (content === undefined) throw new Error(`${directory}: the pod names key ${key}, which does not exist`);
    writeFileSync(join(version, path), content);
    own(join(version, path), fsGroup, defaultMode | 0o440);
  }
  symlinkSync(version.slice(directory.length + 1), join(directory, '..new'));
  renameSync(join(directory, '..new'), join(directory, '..data'));
  for (const { path } of named)
    if (!files.some((file) => file.path === path)) rmSync(join(directory, path), { force: true });
  for (const { path } of files) link(join(directory, path), join('..data', path));
}

function link(at: string, target: string): void {
  symlinkSync(target, `${at}.new`);
  renameSync(`${at}.new`, at);
}
