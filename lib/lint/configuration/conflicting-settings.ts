import { serviceLinks } from '../../manifests/service-links';
import type { Rule } from '../rule';
import { environmentSettings, mountedSettings } from './settings';

/** A setting that a container finds both in its environment and in an env file is the same in both. */
export const conflictingSettings: Rule = {
  name: 'conflicting-settings',
  formerNames: ['agreeing-settings'],
  class: 'policy',
  documentation: {
    finds:
      'A setting whose value in a mounted env file differs from the one in the environment, or from what the kubelet sets there for a Service.',
    why: 'Which value applies depends on the order in which the program reads them.',
    fix: 'State the value once, or the same value twice.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { app.env: "LOG_LEVEL=info" }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      env: [{ name: LOG_LEVEL, value: debug }]
      volumeMounts: [{ name: settings, mountPath: /etc/web }]
  volumes: [{ name: settings, configMap: { name: settings } }]
`,
  },
  *check(set) {
    for (const container of set.containers) {
      const mounted = mountedSettings(set, container);
      if (mounted.length === 0) continue;
      const links = serviceLinks(set, container.pod);
      const environment = new Map(environmentSettings(set, container).map((each) => [each.name, each]));
      for (const { name, value, at } of mounted) {
        const other = environment.get(name);
        const service = other === undefined ? links.get(name) : undefined;
        if (service !== undefined) {
          yield {
            at,
            message: `${name} of the mounted env file is a variable that the kubelet sets for Service ${service} as well`,
            remedy: 'state enableServiceLinks: false in the pod, or the value in the environment',
          };
        }
        if (other?.value === undefined || other.value === value) continue;
        yield {
          at,
          message: `${name} has another value in the mounted env file than in the environment`,
          remedy: 'state the value once, or the same value twice',
        };
      }
    }
  },
};
