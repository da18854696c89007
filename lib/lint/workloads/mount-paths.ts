import type { Rule } from '../rule';

/** A container mounts each volume at a path of its own. */
export const mountPaths: Rule = {
  name: 'mount-paths',
  class: 'broken',
  documentation: {
    finds: 'Two volumes that a container mounts at the same path.',
    why: 'The API server refuses the pod.',
    fix: 'Mount one of the two at another path.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      volumeMounts: [{ name: cache, mountPath: /data }, { name: uploads, mountPath: /data/ }]
  volumes: [{ name: cache, emptyDir: {} }, { name: uploads, emptyDir: {} }]
`,
  },
  *check(set) {
    for (const { at } of set.containers) {
      const taken = new Set<string>();
      for (const mount of at.items('volumeMounts')) {
        const path = (mount.text('mountPath') ?? '').replace(/(?<=.)\/$/, '');
        if (taken.has(path)) {
          yield { at: mount, message: `another volume is mounted at ${path}`, remedy: 'mount it elsewhere' };
        }
        taken.add(path);
      }
    }
  },
};
