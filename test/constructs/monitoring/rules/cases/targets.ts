import { scrapeJobs } from '../../../../../lib/constructs/monitoring/scrape-endpoints';
import type { AlertCase, Firing, QuietCase, Series } from '../alert-case';
import { everything } from '../rule-inputs';

/** Jobs that pages hang on. */
const vital: readonly string[] = [
  ...everything.services.map(({ workload }) => workload),
  scrapeJobs.postgres,
  scrapeJobs.blackbox,
];

/** Every job has a target but these. */
function allBut(...missing: readonly string[]): Series {
  return Object.fromEntries(
    everything.jobs.filter((job) => !missing.includes(job)).map((job) => [`up{job="${job}", instance="a"}`, '1x20']),
  );
}

function none(job: string, severity: string): Firing {
  return {
    labels: { job, severity },
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
      'up{job="veza-backend-api", instance="a"}': '1x4 0x20',
      'scrape_samples_scraped{job="veza-backend-api", instance="a"}': '900x4 30000x20',
    },
    minute: 15,
    fires: [
      {
        labels: { severity: 'warning', job: 'veza-backend-api', instance: 'a' },
        summary: 'Prometheus cannot scrape veza-backend-api',
        description:
          'Prometheus has not been able to scrape a of job veza-backend-api for 10 minutes, or can do so only ' +
          'intermittently.',
      },
    ],
    below: { 'scrape_samples_scraped{job="veza-backend-api", instance="a"}': '900x4 0x20' },
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
];
