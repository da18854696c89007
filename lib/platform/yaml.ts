import { stringify } from 'yaml';

/** Writes a YAML file that a ConfigMap carries, without anchors and without folded lines. */
export function writeYaml(content: unknown): string {
  return stringify(content, { aliasDuplicateObjects: false, lineWidth: 0 });
}
