import type { Rule } from '../rule';
import { embeddedFile } from './embedded-files';

/** Files of ConfigMaps and Secrets are what their names say: YAML or JSON. */
export const readableFiles: Rule = {
  name: 'readable-files',
  class: 'broken',
  documentation: {
    finds:
      'A file in a ConfigMap or Secret whose name ends in `.yaml`, `.yml` or `.json`, and that is none. Templates are left out.',
    why: 'The program that reads it does not start, or goes on with its old configuration.',
    fix: 'Correct the file, or give it the name of what it is.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs:
    - job_name: self
       static_configs: [{ targets: ["localhost:9090"] }]
`,
  },
  *check(set) {
    for (const object of set.ofType('ConfigMap', 'Secret')) {
      // The data of a Secret is in base64.
      for (const [name, at] of object.at(object.kind === 'Secret' ? 'stringData' : 'data').entries()) {
        const text = at.text();
        const problem = text === undefined ? undefined : embeddedFile(name, text)?.problem;
        if (problem !== undefined) yield { at, message: `the file is ${problem}`, remedy: 'correct it, or rename it' };
      }
    }
  },
};
