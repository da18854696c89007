import { formatList } from '../../manifests/manifest-set';
import { settingsOf } from '../configuration/settings';
import type { Rule } from '../rule';
import { listeningSettings } from './listening-settings';

/** A container states the ports that its settings make it listen on. */
export const listeningPorts: Rule = {
  name: 'listening-ports',
  class: 'policy',
  documentation: {
    finds: 'A setting that makes the process listen on a port that the container does not state.',
    why: 'Services and policies are written against the stated ports.',
    fix: 'State the port, or correct the setting.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      ports: [{ containerPort: 8080 }]
      env: [{ name: HTTP_PORT, value: "8081" }]
`,
  },
  *check(set) {
    for (const container of set.containers) {
      const stated = new Set(container.ports.map(({ number }) => number));
      if (stated.size === 0) continue;
      for (const { setting, port } of listeningSettings(settingsOf(container, set))) {
        if (stated.has(port)) continue;
        yield {
          at: setting.at,
          message: `${setting.name} is ${port}, which the container does not state (it states ${formatList(stated)})`,
          remedy: 'state the port, or correct the setting',
        };
      }
    }
  },
};
