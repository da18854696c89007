import type { AlertCase, QuietCase, Series } from '../alert-case';

const api = 'namespace="veza-production", job="veza-backend-api"';
const stream = 'namespace="veza-production", job="veza-stream-server"';
const apiLabels = { namespace: 'veza-production', job: 'veza-backend-api' };
const pod = (name: string, node: string) => `up{${api}, pod="${name}", instance="${name}", node="${node}"}`;
const samples = (name: string, node: string) => pod(name, node).replace('up{', 'scrape_samples_scraped{');
const bucket = (le: string) => `http_request_duration_seconds_bucket{${api}, pod="a", le="${le}"}`;
const firstByte = (le: string) => `stream_time_to_first_byte_seconds_bucket{${stream}, pod="a", le="${le}"}`;

const events = `service:sli_events:rate5m{${api}}`;

function noTraffic(usual: string) {
  return {
    labels: { ...apiLabels, severity: 'critical' },
    summary: 'veza-backend-api receives no traffic',
    description:
      `veza-backend-api has had no events for 15 minutes. Around this time yesterday it had at least ${usual} ` +
      'events per second.',
  };
}

/** Requests a minute of the API that went well, and that did not. */
function requests(good: number, bad: number): Series {
  return {
    [`http_requests_total{${api}, pod="a", status="200"}`]: `0+${good}x20`,
    [`http_requests_total{${api}, pod="a", status="503"}`]: `0+${bad}x20`,
  };
}

/** A service that is just too slow, with just enough traffic to judge; and each of the two just short of it. */
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
        description: `5% of the responses of ${workload} took longer than ${printed} in the last 5 minutes.`,
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
        description:
          'Pod api-2 on node node-2 has not responded on its metrics port for 3 minutes, or responds only ' +
          'intermittently.',
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
        description:
          'No replica of veza-backend-api has responded on its metrics port for 2 minutes, or they respond only ' +
          'intermittently.',
      },
    ],
    below: { [pod('api-2', 'node-2')]: '1x20' },
  },
  {
    alert: 'ServiceDown',
    when: 'a replica is down for half of every four minutes',
    series: { [pod('api-1', 'node-1')]: '1x40', [pod('api-2', 'node-2')]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1' },
    minute: 17,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning', pod: 'api-2', instance: 'api-2', node: 'node-2' },
        summary: 'A replica of veza-backend-api is down',
        description:
          'Pod api-2 on node node-2 has not responded on its metrics port for 3 minutes, or responds only ' +
          'intermittently.',
      },
    ],
    below: { [pod('api-2', 'node-2')]: '1x9 0 0 1x8 0 0 1x8' },
  },
  {
    alert: 'ServiceDown',
    when: 'all replicas are down for half of every four minutes',
    series: { [pod('api-1', 'node-1')]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1' },
    minute: 16,
    fires: [
      {
        labels: { ...apiLabels, severity: 'critical' },
        summary: 'veza-backend-api is down',
        description:
          'No replica of veza-backend-api has responded on its metrics port for 2 minutes, or they respond only ' +
          'intermittently.',
      },
    ],
    below: { [pod('api-1', 'node-1')]: '1x9 0 0 1x8 0 0 1x8' },
  },
  {
    alert: 'NoTraffic',
    when: 'requests stop at an hour at which there were some yesterday',
    step: 10,
    // Two days, each with a busier half.
    series: { [events]: `${'1x71 2x71 '.repeat(2)} 1x9 0x10` },
    minute: 2 * 24 * 60 + 100 + 20,
    fires: [noTraffic('1')],
    below: { [events]: `${'1x71 2x71 '.repeat(2)} 1x9 0.01x10` },
  },
  {
    alert: 'NoTraffic',
    when: 'its counters vanish with its last replica',
    step: 10,
    series: { [events]: '0.11x149 stale' },
    minute: 1500 + 20,
    fires: [noTraffic('0.11')],
    below: { [events]: '0.1x149 stale' },
  },
  {
    alert: 'NoTraffic',
    when: 'a Saturday is without requests, and last Saturday had some',
    step: 10,
    series: { [events]: '1x1019 0x6' },
    minute: 10_200 + 20,
    fires: [noTraffic('1')],
    below: { [events]: '1x6 0x18 1x993 0x6' },
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
        summary: 'veza-backend-api has a high error rate',
        description: '6% of the events of veza-backend-api failed in the last 5 minutes.',
      },
    ],
    below: { [`http_requests_total{${api}, pod="a", status="503"}`]: '0+49x10' },
  },
  {
    alert: 'HighErrorRate',
    when: 'there are just enough failures to judge',
    series: {
      [`service:sli_errors:ratio_rate5m{${api}}`]: '0.051x10',
      [`service:sli_errors:rate5m{${api}}`]: `${10.1 / 300}x10`,
    },
    minute: 1,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning' },
        summary: 'veza-backend-api has a high error rate',
        description: '5.1% of the events of veza-backend-api failed in the last 5 minutes.',
      },
    ],
    below: { [`service:sli_errors:rate5m{${api}}`]: `${9.9 / 300}x10` },
  },
  {
    alert: 'HighErrorRate',
    when: 'all of the five requests a minute of a small service fail',
    series: requests(0, 5.4),
    minute: 3,
    fires: [
      {
        labels: { ...apiLabels, severity: 'warning' },
        summary: 'veza-backend-api has a high error rate',
        description: '100% of the events of veza-backend-api failed in the last 5 minutes.',
      },
    ],
    below: requests(5.4, 0),
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
        description: '5% of the responses of veza-backend-api took longer than 583.3ms in the last 5 minutes.',
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
        description: '5% of the responses of veza-stream-server took longer than 1.25s in the last 5 minutes.',
      },
    ],
    below: { [firstByte('1.0')]: '0+96x10' },
  },
];

export const serviceQuiet: readonly QuietCase[] = [
  {
    alert: 'NoTraffic',
    when: 'a service that never has much to do has none for once',
    step: 10,
    series: { [events]: '0.05x149 0x6' },
    minutes: [1530],
  },
  {
    alert: 'NoTraffic',
    when: 'nights are quiet, and this one begins half an hour before the last',
    step: 10,
    series: { [events]: `${'1x95 0x47 '.repeat(2)} 1x92 0x50` },
    minutes: [2880 + 930 + 20, 2880 + 960 + 20, 2880 + 1200],
  },
  {
    alert: 'NoTraffic',
    when: 'it is the first day',
    series: { [events]: '1x300 0x60' },
    minutes: [330],
  },
  {
    alert: 'ServiceDown',
    when: 'it answers with more than Prometheus takes',
    series: {
      [pod('api-1', 'node-1')]: '1x4 0x40',
      [samples('api-1', 'node-1')]: '900x4 30000x40',
      [pod('api-2', 'node-2')]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1',
      [samples('api-2', 'node-2')]: '900x40',
    },
    minutes: [10, 17, 24],
  },
  {
    alert: 'HighErrorRate',
    when: 'the only request of a minute fails, too few to judge',
    series: requests(0, 1),
    minutes: [9],
  },
];
