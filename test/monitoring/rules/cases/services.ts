import type { AlertCase, QuietCase } from '../alert-case';

const api = 'namespace="veza-production", job="veza-backend-api"';
const stream = 'namespace="veza-production", job="veza-stream-server"';
const apiLabels = { namespace: 'veza-production', job: 'veza-backend-api' };
const pod = (name: string, node: string) => `up{${api}, pod="${name}", instance="${name}", node="${node}"}`;
const bucket = (le: string) => `http_request_duration_seconds_bucket{${api}, pod="a", le="${le}"}`;
const firstByte = (le: string) => `stream_time_to_first_byte_seconds_bucket{${stream}, pod="a", le="${le}"}`;

/** A service that is just too slow, with just enough traffic to tell; and each of the two just short of it. */
function responseTimes(workload: string, seconds: number, printed: string, bound: number): AlertCase[] {
  const labels = `namespace="veza-production", job="${workload}"`;
  const p95 = `service:response_time_seconds:p95_rate5m{${labels}}`;
  const events = `service:sli_events:rate5m{${labels}}`;
  return [{ [p95]: `${bound}x10` }, { [events]: '0.1x10' }].map((below) => ({
    alert: 'HighResponseTime',
    when: `the 95th percentile of ${workload} is above its bound`,
    series: { [p95]: `${seconds}x10`, [events]: '0.101x10' },
    minute: 2,
    fires: [
      {
        labels: { namespace: 'veza-production', job: workload, severity: 'warning' },
        summary: `${workload} is slow`,
        description: `One in twenty waits for ${workload} longer than ${printed}, over the last 5 minutes.`,
      },
    ],
    below,
  }));
}

export const serviceCases: readonly AlertCase[] = [
  {
    alert: 'ServiceDown',
    when: 'one of two replicas does not answer',
    series: { [pod('api-1', 'node-1')]: '1x20', [pod('api-2', 'node-2')]: '1x4 0x20' },
    minute: 8,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning', pod: 'api-2', instance: 'api-2', node: 'node-2' },
        summary: 'A replica of veza-backend-api is down',
        description: 'Pod api-2 on node node-2 has not answered on its metrics port for 3 minutes.',
      },
    ],
    below: { [pod('api-2', 'node-2')]: '1x4 0x2 1x20' },
  },
  {
    alert: 'ServiceDown',
    when: 'no replica answers',
    series: { [pod('api-1', 'node-1')]: '1x4 0x20', [pod('api-2', 'node-2')]: '1x4 0x20' },
    minute: 7,
    fires: [
      {
        labels: { ...apiLabels, severity: 'critical' },
        summary: 'veza-backend-api is down',
        description: 'No replica of veza-backend-api has answered on its metrics port for 2 minutes.',
      },
    ],
    below: { [pod('api-2', 'node-2')]: '1x20' },
  },
  {
    alert: 'NoTraffic',
    when: 'requests stop',
    series: { [`service:sli_events:rate5m{${api}}`]: '1x60 0x60' },
    minute: 76,
    fires: [
      {
        labels: { ...apiLabels, severity: 'critical' },
        summary: 'Nothing reaches veza-backend-api any more',
        description: 'veza-backend-api has had nothing to do for 15 minutes; its mean of a day is 0.79 a second.',
      },
    ],
    below: { [`service:sli_events:rate5m{${api}}`]: '1x60 0.01x60' },
  },
  {
    alert: 'NoTraffic',
    when: 'its counters vanish with its last replica',
    series: { [`service:sli_events:rate5m{${api}}`]: '0.11x60 stale' },
    minute: 76,
    fires: [
      {
        labels: { ...apiLabels, severity: 'critical' },
        summary: 'Nothing reaches veza-backend-api any more',
        description: 'veza-backend-api has had nothing to do for 15 minutes; its mean of a day is 0.11 a second.',
      },
    ],
    below: { [`service:sli_events:rate5m{${api}}`]: '0.1x60 stale' },
  },
  {
    alert: 'HighErrorRate',
    when: 'six in a hundred requests fail',
    series: {
      [`http_requests_total{${api}, pod="a", status="200"}`]: '0+940x10',
      [`http_requests_total{${api}, pod="a", status="503"}`]: '0+60x10',
    },
    minute: 2,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning' },
        summary: 'veza-backend-api fails often',
        description: '6% of what veza-backend-api did in the last 5 minutes went wrong.',
      },
    ],
    below: { [`http_requests_total{${api}, pod="a", status="503"}`]: '0+49x10' },
  },
  {
    alert: 'HighErrorRate',
    when: 'there is just enough traffic to tell',
    series: {
      [`service:sli_errors:ratio_rate5m{${api}}`]: '0.051x10',
      [`service:sli_events:rate5m{${api}}`]: '0.101x10',
    },
    minute: 1,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning' },
        summary: 'veza-backend-api fails often',
        description: '5.1% of what veza-backend-api did in the last 5 minutes went wrong.',
      },
    ],
    below: { [`service:sli_events:rate5m{${api}}`]: '0.1x10' },
  },
  ...responseTimes('veza-backend-api', 0.51, '510ms', 0.5),
  ...responseTimes('veza-chat-server', 0.51, '510ms', 0.5),
  ...responseTimes('veza-stream-server', 1.01, '1.01s', 1),
  {
    alert: 'HighResponseTime',
    when: 'six in a hundred requests take longer than half a second',
    series: {
      [`http_requests_total{${api}, pod="a", status="200"}`]: '0+100x10',
      [bucket('0.5')]: '0+94x10',
      [bucket('1.0')]: '0+100x10',
      [bucket('+Inf')]: '0+100x10',
    },
    minute: 3,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning' },
        summary: 'veza-backend-api is slow',
        description: 'One in twenty waits for veza-backend-api longer than 583.3ms, over the last 5 minutes.',
      },
    ],
    below: { [bucket('0.5')]: '0+96x10' },
  },
  {
    alert: 'HighResponseTime',
    when: 'six in a hundred streams take longer than a second to begin',
    series: {
      [`stream_time_to_first_byte_seconds_count{${stream}, pod="a"}`]: '0+100x10',
      [firstByte('1.0')]: '0+94x10',
      [firstByte('2.5')]: '0+100x10',
      [firstByte('+Inf')]: '0+100x10',
    },
    minute: 3,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production', job: 'veza-stream-server' },
        summary: 'veza-stream-server is slow',
        description: 'One in twenty waits for veza-stream-server longer than 1.25s, over the last 5 minutes.',
      },
    ],
    below: { [firstByte('1.0')]: '0+96x10' },
  },
];

export const serviceQuiet: readonly QuietCase[] = [
  {
    alert: 'NoTraffic',
    when: 'a service that never has much to do has none for once',
    series: { [`service:sli_events:rate5m{${api}}`]: '0.05x60 0x60' },
    minutes: [100],
  },
  {
    alert: 'HighErrorRate',
    when: 'the only request of a minute fails',
    series: { [`http_requests_total{${api}, pod="a", status="503"}`]: '0+1x10' },
    minutes: [9],
  },
];
