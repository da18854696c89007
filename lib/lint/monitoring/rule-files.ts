import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';
import { monitoringFiles } from './monitoring-files';

export const ruleFiles: Rule = {
  name: 'rule-files',
  class: 'broken',
  finds: 'A rule file that Prometheus loads but that no ConfigMap has.',
  why: 'Its alerts never fire.',
  fix: 'Correct the name, or add the file.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    rule_files: [/etc/prometheus/rules.yml]
    scrape_configs: []
`,
  *check(set) {
    for (const { object, content } of monitoringFiles(set).prometheus) {
      const names = fileNames(set, object.namespace);
      for (const at of content.items('rule_files')) {
        const pattern = String(at.value).replace(/^.*\//, '');
        if (names.some((name) => globOf(pattern).test(name))) continue;
        yield {
          at,
          message: `no rule file is called ${pattern} (there is ${formatList(names)})`,
          remedy: 'correct the name, or add the file to a ConfigMap',
        };
      }
    }
  },
};

/** Files that a pod of the namespace can mount: also empty ones, and ones of any ending. */
function fileNames(set: ManifestSet, namespace: string): string[] {
  return set
    .ofType('ConfigMap', 'Secret')
    .filter((source) => source.namespace === namespace)
    .flatMap((source) => ['data', 'stringData', 'binaryData'].flatMap((field) => source.at(field).entries()))
    .map(([key]) => key);
}

/** The shell patterns that Prometheus understands, as a regular expression. */
function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}
