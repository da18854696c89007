import type { Rule } from '../rule';

/** The controller looks at each CronJob every ten seconds; Kubernetes documents a shorter deadline as a fault. */
const controllerPeriod = 10;

/** A CronJob is started before its deadline has passed. */
export const jobDeadlines: Rule = {
  name: 'job-deadlines',
  class: 'broken',
  documentation: {
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
  },
  *check(set) {
    for (const job of set.ofType('CronJob.batch')) {
      const at = job.at('spec', 'startingDeadlineSeconds');
      if (typeof at.value !== 'number' || at.value >= controllerPeriod) continue;
      yield {
        at,
        message: `a run may be missed: the controller looks every ${controllerPeriod} s, and the deadline is ${at.value} s`,
        remedy: `state at least ${controllerPeriod}, or leave the field out`,
      };
    }
  },
};
