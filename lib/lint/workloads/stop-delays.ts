import type { Cursor } from '../../manifests/cursor';
import type { Rule } from '../rule';

/** A container has time to end after its preStop hook. */
export const stopDelays: Rule = {
  name: 'stop-delays',
  class: 'broken',
  documentation: {
    finds: 'A preStop hook that sleeps as long as the pod has to end, or longer.',
    why: 'The grace period includes the hook: the process is killed without time to end after SIGTERM.',
    fix: 'Sleep shorter, or raise terminationGracePeriodSeconds above the sleep and the time that the process needs.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  terminationGracePeriodSeconds: 30
  containers:
    - { name: web, image: example.org/web:1, lifecycle: { preStop: { exec: { command: [sleep, "30"] } } } }
`,
  },
  *check(set) {
    for (const { spec, allContainers } of set.pods) {
      const grace = spec.number('terminationGracePeriodSeconds') ?? defaultGrace;
      for (const { at } of allContainers) {
        const hook = at.at('lifecycle', 'preStop');
        const delay = hook.number('sleep', 'seconds') ?? sleepOf(hook);
        if (delay === undefined || delay < grace) continue;
        yield {
          at: hook,
          message: `the hook sleeps ${delay} s, but the pod has ${grace} s to end`,
          remedy: 'sleep shorter, or raise terminationGracePeriodSeconds',
        };
      }
    }
  },
};

/** What Kubernetes fills in, in seconds. */
const defaultGrace = 30;

/** Seconds that a command sleeps before anything else: `sleep 30`, also as the first command of a shell. */
function sleepOf(hook: Cursor): number | undefined {
  const [program = '', ...args] = hook.at('exec').texts('command');
  const line = /(^|\/)(ba|da|a)?sh$/.test(program) ? (args.at(-1) ?? '') : [program, ...args].join(' ');
  const [, seconds] = /^\s*(?:\S*\/)?sleep\s+(\d+)s?\s*($|;|&&|\n)/.exec(line) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
