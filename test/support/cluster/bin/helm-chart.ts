import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Exit } from './client';

/** A chart of manifests that are included as they are. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  /** The files one after the other, in the order of their names, as the chart's one template includes them. */
  readonly manifest: string;
}

/** @throws Exit if there is no chart */
export function chartAt(folder: string): Chart {
  const file = join(folder, 'Chart.yaml');
  if (!existsSync(file)) throw new Exit(1, 'Error: Chart.yaml file is missing');
  const { name, version, appVersion } = parse(readFileSync(file, 'utf8')) as Chart;
  const manifests = join(folder, 'manifests');
  const names = readdirSync(manifests)
    .filter((one) => /\.ya?ml$/.test(one))
    .sort();
  const manifest = names.map((one) => `---\n${readFileSync(join(manifests, one), 'utf8')}\n`).join('');
  return { name, version, appVersion: String(appVersion), manifest };
}
