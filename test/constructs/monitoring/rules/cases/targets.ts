import { scrapeJobs } from '../../../../../lib/constructs/monitoring/scrape-endpoints';
import type { AlertCase, Firing, QuietCase, Series } from '../alert-case';
import { everything, jobLabels, targetSeries } from '../rule-inputs';

/** Jobs that pages hang on. */
const vital: readonly string[] = [
  ...everything.services.map(({ workload }) => workload),
  scrapeJobs.postgres,
  scrapeJobs.blackbox,
];

/** Every job has a target but these. */
function allBut(...missing: readonly string[]): Series {
  return Object.fromEntries(
    everything.jobs.filter(({ name }) => !missing.includes(name)).map(({ name }) => [targetSeries('up', name), '1x20']),
  );
}

function none(job: string, severity: string): Firing {
  return {
    labels: { ...jobLabels(job), severity },
    summary: `Prometheus finds no targets of ${job}`,
    description: `Job ${job} has had no targets for 5 minutes: its pods do not exist, or Prometheus cannot discover them.`,
  };
}

export const targetCases: readonly AlertCase[] = [
  {
    alert: 'TargetDown',
    when: 'a node does not answer',
    series: { 'up{job="node-exporter", instance="node-1", node="node-1"}': '1x4 0x20' },
    minute: 15,
    fires: [
      {
        labels: { severity: 'warning', job: 'node-exporter', instance: 'node-1', node: 'node-1' },
        summary: 'Prometheus cannot scrape node-exporter',
        description:
          'Prometheus has not been able to scrape node-1 of job node-exporter for 10 minutes, or can do so only ' +
          'intermittently.',
      },
    ],
    below: { 'up{job="node-exporter", instance="node-1", node="node-1"}': '1x4 0x9 1x20' },
  },
  {
    alert: 'TargetDown',
    when: 'a node answers for half of every four minutes',
    series: { 'up{job="node-exporter", instance="node-1", node="node-1"}': `1x9 ${'0 0 1 1 '.repeat(10)}` },
    minute: 24,
    fires: [
      {
        labels: { severity: 'warning', job: 'node-exporter', instance: 'node-1', node: 'node-1' },
        summary: 'Prometheus cannot scrape node-exporter',
        description:
          'Prometheus has not been able to scrape node-1 of job node-exporter for 10 minutes, or can do so only ' +
          'intermittently.',
      },
    ],
    below: { 'up{job="node-exporter", instance="node-1", node="node-1"}': '1x9 0 0 1x8 0 0 1x30' },
  },
  {
    alert: 'TargetDown',
    when: 'a replica of a service answers with more than Prometheus takes',
    series: {
      [targetSeries('up', 'veza-backend-api')]: '1x4 0x20',
      [targetSeries('scrape_samples_scraped', 'veza-backend-api')]: '900x4 30000x20',
    },
    minute: 15,
    fires: [
      {
        labels: { severity: 'warning', ...jobLabels('veza-backend-api'), instance: 'a' },
        summary: 'Prometheus cannot scrape veza-backend-api',
        description:
          'Prometheus has not been able to scrape a of job veza-backend-api for 10 minutes, or can do so only ' +
          'intermittently.',
      },
    ],
    below: { [targetSeries('scrape_samples_scraped', 'veza-backend-api')]: '900x4 0x20' },
  },
  ...vital.map((job) => ({
    alert: 'TargetsMissing',
    when: `there is no ${job}, which pages hang on`,
    series: allBut(job),
    minute: 5,
    fires: [none(job, 'critical')],
    below: allBut(),
  })),
  ...everything.jobs
    .map(({ name }) => name)
    .filter((job) => !vital.includes(job))
    .map((job) => ({
      alert: 'TargetsMissing',
      when: `there is no ${job}`,
      series: allBut(job),
      minute: 5,
      fires: [none(job, 'warning')],
      below: allBut(),
    })),
];

export const targetQuiet: readonly QuietCase[] = [
  {
    alert: 'TargetDown',
    when: 'a replica of a service is down, which has an alert of its own',
    series: { 'up{job="veza-backend-api", namespace="veza-production", pod="a"}': '0x30' },
    minutes: [30],
  },
  {
    alert: 'TargetDown',
    when: 'a target of another environment is down, which the same Prometheus watches',
    series: { 'up{job="postgres", namespace="veza-staging", instance="postgres-0"}': '0x30' },
    minutes: [30],
  },
];
