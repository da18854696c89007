import type { Cursor } from '../../manifests/cursor';
import type { Rule } from '../rule';
import { examplePod } from '../rule';

/** The controller looks at each CronJob every ten seconds; Kubernetes documents a shorter deadline as a fault. */
const controllerPeriod = 10;

export const jobDeadlines: Rule = {
  name: 'job-deadlines',
  class: 'broken',
  finds: 'A CronJob whose startingDeadlineSeconds is below 10.',
  why: 'The controller looks every 10 seconds: by then the deadline may have passed, and the run is missed.',
  fix: 'State at least 10 seconds, better a few minutes, or leave the field out.',
  example: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop }
spec:
  schedule: "0 4 * * *"
  startingDeadlineSeconds: 5
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [{ name: report, image: example.org/report:1 }] }
`,
  *check(set) {
    for (const job of set.ofType('CronJob.batch')) {
      const at = job.at('spec', 'startingDeadlineSeconds');
      if (typeof at.value !== 'number' || at.value >= controllerPeriod) continue;
      yield {
        at,
        message: `a run may be missed: the controller checks every ${controllerPeriod} s, but the deadline is ${at.value} s`,
        remedy: `state at least ${controllerPeriod}, or leave the field out`,
      };
    }
  },
};

export const stopDelays: Rule = {
  name: 'stop-delays',
  class: 'broken',
  finds: 'A preStop hook that sleeps as long as the pod has to end, or longer.',
  why: 'The grace period includes the hook: the process is killed without time to end after SIGTERM.',
  fix: 'Sleep shorter, or raise terminationGracePeriodSeconds above the sleep and the time that the process needs.',
  example: `${examplePod}
  terminationGracePeriodSeconds: 30
  containers:
    - { name: web, image: example.org/web:1, lifecycle: { preStop: { exec: { command: [sleep, "30"] } } } }
`,
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
  const [program = '', ...args] = hook.texts('exec', 'command');
  const line = /(^|\/)(ba|da|a)?sh$/.test(program) ? (args.at(-1) ?? '') : [program, ...args].join(' ');
  const [, seconds] = /^\s*(?:\S*\/)?sleep\s+(\d+)s?\s*($|;|&&|\n)/.exec(line) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
