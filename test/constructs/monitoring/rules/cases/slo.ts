import { computeWindowSeconds, type SliWindow } from '../../../../../lib/constructs/monitoring/rules/service-slo';
import type { AlertCase, Firing, QuietCase, Series } from '../alert-case';

const api = 'namespace="veza-production", job="veza-backend-api"';

/** Requests a minute of the API that went well, and that did not. */
function requests(good: number, bad: number): Series {
  return {
    [`http_requests_total{${api}, pod="a", status="200"}`]: `0+${good}x200`,
    [`http_requests_total{${api}, pod="a", status="500"}`]: `0+${bad}x200`,
  };
}

function burn(severity: string, window: string, share: string, lasts: string): Firing {
  return {
    labels: { severity, window, namespace: 'veza-production', job: 'veza-backend-api' },
    summary: 'veza-backend-api spends its error budget too fast',
    description:
      `${share} of the events of veza-backend-api failed in the last ${window}. At that rate its error budget of ` +
      `30 days is exhausted in ${lasts} or less.`,
  };
}

/** The two windows and the failures of a speed, each just past its bound, and for each one history just short of it. */
function bounds(severity: string, long: SliWindow, short: SliWindow, factor: number, minute: number, lasts: string) {
  const ratio = (window: string) => `service:sli_errors:ratio_rate${window}{${api}}`;
  const failures = (window: SliWindow, count: number) => ({
    [`service:sli_errors:rate${window}{${api}}`]: `${count / computeWindowSeconds(window)}x200`,
  });
  const above = `${factor * 0.001 * 1.01}x200`;
  const below = `${factor * 0.001 * 0.99}x200`;
  const share = `${Number((factor * 0.101).toPrecision(4))}%`;
  // The longer windows are recorded from the shortest: there the failures of the long one follow from it.
  const isRecorded = short === '5m';
  const enough = { ...failures(short, 5.1), ...(isRecorded ? {} : failures(long, 10.1)) };
  const shortOf: Series[] = [
    { [ratio(long)]: below },
    { [ratio(short)]: below },
    failures(short, 4.9),
    ...(isRecorded ? [] : [failures(long, 9.9)]),
  ];
  return shortOf.map((series) => ({
    alert: 'ErrorBudgetBurn',
    when: `${long} and ${short} are both past the bound, and failures are many enough`,
    series: { [ratio(long)]: above, [ratio(short)]: above, ...enough },
    minute,
    fires: [burn(severity, long, share, lasts)],
    below: series,
  }));
}

/** An objective of 99.9 %, whose budget is spent at all four speeds. */
export const sloCases: readonly AlertCase[] = [
  ...bounds('critical', '1h', '5m', 14.4, 2, '2 days'),
  ...bounds('critical', '6h', '30m', 6, 15, '5 days'),
  ...bounds('warning', '1d', '2h', 3, 60, '10 days'),
  ...bounds('warning', '3d', '6h', 1, 180, '30 days'),
  {
    alert: 'ErrorBudgetBurn',
    when: 'the budget is gone in two days',
    series: requests(985, 15),
    minute: 3,
    fires: [burn('critical', '1h', '1.5%', '2 days')],
    below: requests(986, 14),
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the budget is gone in five days',
    series: requests(993, 7),
    minute: 16,
    fires: [burn('critical', '6h', '0.7%', '5 days')],
    below: requests(9941, 59),
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the budget is gone in ten days',
    series: requests(9965, 35),
    minute: 61,
    fires: [burn('warning', '1d', '0.35%', '10 days')],
    below: requests(9971, 29),
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the budget is spent faster than it grows',
    series: requests(99_885, 115),
    minute: 181,
    fires: [burn('warning', '3d', '0.115%', '30 days')],
    below: requests(99_905, 95),
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'all of the five requests a minute of a small service fail',
    series: requests(0, 5.4),
    minute: 3,
    fires: [burn('critical', '1h', '100%', '2 days')],
    below: requests(5.4, 0),
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'connects to chat fail',
    series: {
      'chat_connects_total{namespace="veza-production", job="veza-chat-server", pod="a", result="success"}': '0+980x10',
      'chat_connects_total{namespace="veza-production", job="veza-chat-server", pod="a", result="failure"}': '0+20x10',
    },
    minute: 3,
    fires: [
      {
        labels: { severity: 'critical', window: '1h', namespace: 'veza-production', job: 'veza-chat-server' },
        summary: 'veza-chat-server spends its error budget too fast',
        description:
          '2% of the events of veza-chat-server failed in the last 1h. At that rate its error budget of 30 days ' +
          'is exhausted in 2 days or less.',
      },
    ],
    below: {
      'chat_connects_total{namespace="veza-production", job="veza-chat-server", pod="a", result="failure"}': '0+10x10',
    },
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'streams take more than a second to begin',
    series: {
      'stream_time_to_first_byte_seconds_count{namespace="veza-production", job="veza-stream-server", pod="a"}':
        '0+1000x10',
      'stream_time_to_first_byte_seconds_bucket{namespace="veza-production", job="veza-stream-server", pod="a", le="1.0"}':
        '0+970x10',
    },
    minute: 3,
    fires: [
      {
        labels: { severity: 'critical', window: '1h', namespace: 'veza-production', job: 'veza-stream-server' },
        summary: 'veza-stream-server spends its error budget too fast',
        description:
          '3% of the events of veza-stream-server failed in the last 1h. At that rate its error budget of 30 days ' +
          'is exhausted in 2 days or less.',
      },
    ],
    below: {
      'stream_time_to_first_byte_seconds_bucket{namespace="veza-production", job="veza-stream-server", pod="a", le="1.0"}':
        '0+990x10',
    },
  },
];

export const sloQuiet: readonly QuietCase[] = [
  {
    alert: 'ErrorBudgetBurn',
    when: 'all has been well again for longer than the short window',
    series: {
      [`service:sli_events:rate5m{${api}}`]: '1x400',
      [`service:sli_errors:rate5m{${api}}`]: '0.2x4 0x400',
    },
    minutes: [55, 150, 370],
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the failures began only a moment ago',
    series: {
      [`service:sli_events:rate5m{${api}}`]: '1x400',
      [`service:sli_errors:rate5m{${api}}`]: '0x300 0.02x60',
    },
    minutes: [330],
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the two requests of the first minutes fail, too few to judge',
    series: { [`http_requests_total{${api}, pod="a", status="500"}`]: '0 1 2 2x300' },
    minutes: [3, 5, 20, 60, 190],
  },
  {
    alert: 'ErrorBudgetBurn',
    when: 'the failures of the first minutes are over, before they were many',
    series: {
      [`http_requests_total{${api}, pod="a", status="200"}`]: '0+900x2 1800+1000x200',
      [`http_requests_total{${api}, pod="a", status="500"}`]: '0+100x2 200+0x200',
    },
    minutes: [9],
  },
];
