import { stringify } from 'yaml';
import type { Platform } from '../platform';
import { composeFile } from './compose';
import type { Development } from './development';
import { monitoringFiles } from './monitoring-files';

const header =
  '# Written by `npm run compose` from the contracts of the services: change those. All passwords are public.\n';

/** Every file that is made for development, by its path in the folder `docker`. */
export function developmentFiles<P extends Platform>(platform: P, development: Development<P>): Record<string, string> {
  // Readers of YAML 1.1 take a bare `yes` for no text.
  const compose = stringify(composeFile(platform, development), { aliasDuplicateObjects: false, version: '1.1' });
  return { 'compose.yaml': header + compose, ...monitoringFiles(platform, development) };
}

/** Folders whose files are all made: what else is there is from before. */
export const madeFolders = ['prometheus/rules', 'grafana/dashboards'] as const;
