import type { AlertCase, QuietCase } from '../alert-case';

const from = 'job="log-lines", namespace="veza-production", container="c", instance="fluent-bit-a", node="node-1"';
const api = `${from}, app="veza-backend-api"`;
const errors = `log_collected_lines_total{${api}, level="error", event="line"}`;
const infos = `log_collected_lines_total{${api}, level="info", event="line"}`;
const panics = `log_collected_lines_total{${api}, level="fatal", event="panic"}`;
const clusterLogins = `log_collected_lines_total{${from}, app="postgres-cluster", level="fatal", event="failed-login"}`;
const logins = `log_collected_lines_total{${from}, app="postgres", level="fatal", event="failed-login"}`;
const up = 'up{job="veza-backend-api", namespace="veza-production", pod="a"}';
const collector = 'up{job="log-lines", namespace="veza-production-logs", instance="fluent-bit-a"}';
const output =
  'job="fluent-bit", namespace="veza-production-logs", name="loki", instance="fluent-bit-a", node="node-1"';
const dropped = `fluentbit_output_dropped_records_total{${output}}`;
const capacity = `fluentbit_output_chunk_available_capacity_percent{${output}}`;
const loki = 'up{job="loki", namespace="veza-production-monitoring", pod="loki-0"}';
const discarded =
  'loki_discarded_samples_total{job="loki", namespace="veza-production-monitoring", pod="loki-0", reason="rate_limited"}';
const service = { namespace: 'veza-production', app: 'veza-backend-api' };

export const logCases: readonly AlertCase[] = [
  {
    alert: 'ServiceLogErrors',
    when: 'one line in fifty is an error, where one in a thousand may fail',
    series: { [errors]: '0+2x30', [infos]: '0+98x30' },
    minute: 11,
    fires: [
      {
        labels: { severity: 'warning', ...service },
        summary: 'veza-backend-api logs many errors',
        description:
          '2% of the lines that veza-backend-api in veza-production wrote in the last 10 minutes are errors.',
      },
    ],
    // 1.4 %, below 14.4 times 0.1 %.
    below: { [errors]: '0+2x30', [infos]: '0+140x30' },
  },
  {
    alert: 'PanicLogged',
    when: 'it is the first panic that was ever counted',
    series: { [panics]: '_x5 1x20' },
    minute: 5,
    fires: [
      {
        labels: { severity: 'critical', ...service },
        summary: 'veza-backend-api panicked',
        description: 'veza-backend-api in veza-production logged 1 panics in the last 10 minutes.',
      },
    ],
    below: { [panics]: '_x6 1x20' },
  },
  {
    alert: 'PanicLogged',
    when: 'it is one more panic',
    series: { [panics]: '3x20 4x20' },
    minute: 21,
    fires: [
      {
        labels: { severity: 'critical', ...service },
        summary: 'veza-backend-api panicked',
        description: 'veza-backend-api in veza-production logged 1 panics in the last 10 minutes.',
      },
    ],
    below: { [panics]: '3x40' },
  },
  {
    alert: 'DatabaseLoginsFailing',
    when: 'two logins a minute are refused',
    series: { [logins]: '0x20 2+2x20' },
    minute: 25,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production' },
        summary: 'Logins to the database fail',
        description:
          'PostgreSQL in veza-production refused 10 logins in the last 5 minutes: wrong password, unknown role or ' +
          'database, or an address that may not connect.',
      },
    ],
    below: { [logins]: '0x20 1+1x20' },
  },
  {
    alert: 'DatabaseLoginsFailing',
    when: 'a database cluster refuses two logins a minute',
    series: { [clusterLogins]: '0x20 2+2x20' },
    minute: 25,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production' },
        summary: 'Logins to the database fail',
        description:
          'PostgreSQL in veza-production refused 10 logins in the last 5 minutes: wrong password, unknown role or ' +
          'database, or an address that may not connect.',
      },
    ],
    below: { [clusterLogins]: '0x20 1+1x20' },
  },
  {
    alert: 'LogsMissing',
    when: 'a service runs and none of its lines come',
    series: { [up]: '1x90', [collector]: '1x90', [infos]: '0+5x20 105x70' },
    minute: 60,
    fires: [
      {
        labels: { severity: 'warning', ...service },
        summary: 'veza-backend-api logs nothing',
        description:
          'Pods of veza-backend-api in veza-production run, and no line of them was collected for 30 minutes.',
      },
    ],
    below: { [infos]: '0+5x20 105x20 106x50' },
  },
  {
    alert: 'LogsDropped',
    when: 'the buffer of a node was full',
    series: { [dropped]: '0x10 250x20' },
    minute: 11,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production-logs', node: 'node-1' },
        summary: 'Log lines are lost on node-1',
        description:
          'The collector on node node-1 dropped 250 lines in the last 10 minutes: its buffer is full, or Loki ' +
          'refuses them.',
      },
    ],
    below: { [dropped]: '0x30' },
  },
  {
    alert: 'LogBufferGrowing',
    when: 'half of the buffer is used for ten minutes',
    series: { [capacity]: '100x4 49x20' },
    minute: 15,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production-logs', node: 'node-1' },
        summary: 'Log lines pile up on node-1',
        description:
          'The collector on node node-1 has 49 % of its buffer left. When it is full, the oldest lines are lost.',
      },
    ],
    below: { [capacity]: '100x4 50x20' },
  },
  {
    alert: 'LokiDown',
    when: 'it does not answer',
    series: { [loki]: '1x4 0x20' },
    minute: 10,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production-monitoring' },
        summary: 'Loki is down',
        description:
          'Loki in veza-production-monitoring has not responded for 5 minutes, or responds only intermittently. Log ' +
          'lines wait on the nodes.',
      },
    ],
    below: { [loki]: '1x4 0x4 1x20' },
  },
  {
    alert: 'LokiDiscarding',
    when: 'it refuses lines for the first time',
    series: { [discarded]: '_x5 30x20' },
    minute: 6,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production-monitoring', reason: 'rate_limited' },
        summary: 'Loki refuses log lines',
        description: 'Loki in veza-production-monitoring discarded 30 lines in the last 10 minutes: rate_limited.',
      },
    ],
    below: { [discarded]: '0x40' },
  },
];

export const logQuiet: readonly QuietCase[] = [
  {
    alert: 'ServiceLogErrors',
    when: 'a service at night writes one line, and it is an error',
    series: { [errors]: '0x10 1x30', [infos]: '0x40' },
    minutes: [15, 20],
  },
  {
    alert: 'PanicLogged',
    when: 'a collector is restarted and counts anew',
    series: { [panics]: '3x20 stale', [infos]: '50x20 0+5x20' },
    minutes: [21, 25, 30],
  },
  {
    alert: 'LogsMissing',
    when: 'no collector runs, which has an alert of its own',
    series: { [up]: '1x60', [collector]: '0x60' },
    minutes: [60],
  },
];
