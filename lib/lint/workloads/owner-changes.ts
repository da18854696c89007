import type { Cursor } from '../../manifests/cursor';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';

export const ownerChanges: Rule = {
  name: 'owner-changes',
  class: 'broken',
  finds: 'A container that runs chown without the permission to.',
  why: 'Only root with the capability CHOWN can give files to another user: the command fails, and the pod never starts.',
  fix: 'Use fsGroup instead of chown, or run the container as root with the capability CHOWN.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop }
spec:
  initContainers:
    - name: permissions
      image: example.org/tools:1
      command: [chown, -R, "999:999", /data]
      securityContext: { runAsUser: 0, capabilities: { drop: [ALL] } }
      volumeMounts: [{ name: data, mountPath: /data }]
  containers: [{ name: db, image: example.org/db:1, volumeMounts: [{ name: data, mountPath: /data }] }]
  volumes: [{ name: data, emptyDir: {} }]
`,
  *check(set) {
    for (const pod of set.pods) {
      for (const container of pod.initContainers) {
        const owner = newOwner(container.at);
        const reason = owner === undefined ? undefined : obstacle(pod, container, owner);
        if (reason === undefined) continue;
        yield {
          at: container.at.at(container.at.has('command') ? 'command' : 'args'),
          message: `the container runs chown, but ${reason}`,
          remedy: 'use fsGroup instead, or run it as root with the capability CHOWN',
        };
      }
    }
  },
};

/** User that the only command of a container gives files to, whatever happens: a failure of it is one of the container. */
function newOwner(at: Cursor): string | undefined {
  const words = [...at.texts('command'), ...at.texts('args')];
  const isShell = /(^|\/)(ba|da|a)?sh$/.test(words[0] ?? '');
  const line = isShell ? (words.at(-1) ?? '') : words.join(' ');
  return /^\s*(?:\S*\/)?chown\s+(?:-\S+\s+)*(\d+)(?:[:.]\d*)?\s+[^|;&]+$/.exec(line)?.[1];
}

function obstacle({ spec }: PodTemplate, { at }: Container, owner: string): string | undefined {
  const user = at.number('securityContext', 'runAsUser') ?? spec.number('securityContext', 'runAsUser');
  // Everybody may give a file to the user that has it.
  if (owner === String(user ?? 0)) return undefined;
  if (user !== undefined && user !== 0) return `runs as user ${user}`;
  const capabilities = at.at('securityContext', 'capabilities');
  const dropped = capabilities.texts('drop').map((name) => name.toUpperCase());
  const added = capabilities.texts('add').map((name) => name.toUpperCase());
  const isDropped = dropped.includes('ALL') || dropped.includes('CHOWN');
  return isDropped && !added.includes('CHOWN') && !added.includes('ALL') ? 'drops the capability CHOWN' : undefined;
}
