import type { Rule } from '../rule';
import { monitoringFiles } from './monitoring-files';

/** Every rule file that Prometheus loads is in a ConfigMap or Secret of its namespace. */
export const ruleFiles: Rule = {
  name: 'rule-files',
  class: 'broken',
  documentation: {
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
  },
  *check(set) {
    const { prometheus, rules } = monitoringFiles(set);
    for (const { object, content } of prometheus) {
      const names = rules.filter((file) => file.object.namespace === object.namespace).map(({ name }) => name);
      for (const at of content.items('rule_files')) {
        const pattern = String(at.value).replace(/^.*\//, '');
        if (names.some((name) => globOf(pattern).test(name))) continue;
        yield {
          at,
          message: `no file of rules is called ${pattern} (there is ${names.join(', ') || 'none'})`,
          remedy: 'correct the name, or add the file to a ConfigMap',
        };
      }
    }
  },
};

/** The shell patterns that Prometheus understands, as a regular expression. */
function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}
