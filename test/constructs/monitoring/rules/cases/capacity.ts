import type { AlertCase, Firing, QuietCase, Series } from '../alert-case';

const labels = { severity: 'warning', namespace: 'veza-production' };
const gibibytes = (count: number) => count * 2 ** 30;

/** A volume of 50 GiB, which two nodes report; sizes in the notation of series. */
function volume(available: string, name = 'data-postgres-0'): Series {
  const claim = `job="kubelet", namespace="veza-production", persistentvolumeclaim="${name}"`;
  return Object.assign(
    {},
    ...['node-1', 'node-2'].map((node) => ({
      [`kubelet_volume_stats_capacity_bytes{${claim}, node="${node}"}`]: `${gibibytes(50)}x600`,
      [`kubelet_volume_stats_available_bytes{${claim}, node="${node}"}`]: available,
    })),
  );
}

function quota(resource: string, used: number): Series {
  const of = `job="kube-state-metrics", namespace="veza-production", resourcequota="veza-quota", resource="${resource}"`;
  return {
    [`kube_resourcequota{${of}, type="used"}`]: `${used}x30`,
    [`kube_resourcequota{${of}, type="hard"}`]: '100x30',
  };
}

/** Four days in steps of ten minutes, with two hours of each night for the copy that a backup is tried on. */
function nights(usual: number, duringCopy: number): string {
  return `${gibibytes(usual)}x12 ${gibibytes(duringCopy)}x11 ${gibibytes(usual)}x118 `.repeat(4);
}

/** Three days and more, in steps of ten minutes, of something that fills a volume for eight hours and empties it. */
function sawtooth(from: number, perStep: number): string {
  return `${gibibytes(from)}-${gibibytes(perStep)}x47 `.repeat(11);
}

function fullSoon(severity: string, left: string, lasts: string, pace: string): Firing {
  return {
    labels: { ...labels, severity, persistentvolumeclaim: 'data-postgres-0' },
    summary: `Volume data-postgres-0 will be full within ${lasts}`,
    description:
      `The volume of claim data-postgres-0 in veza-production has ${left} of free space. ` +
      `It will be full in less than ${lasts} at the rate of the last ${pace}.`,
  };
}

function filling(severity: string, persistentvolumeclaim: string, full: string): Firing {
  return {
    labels: { ...labels, severity, persistentvolumeclaim },
    summary: `Volume ${persistentvolumeclaim} is almost full`,
    description: `The volume of claim ${persistentvolumeclaim} in veza-production is ${full} full.`,
  };
}

export const capacityCases: readonly AlertCase[] = [
  {
    alert: 'VolumeFilling',
    when: "the database's volume is full but for a fiftieth",
    series: volume(`${gibibytes(1)}x120`),
    minute: 5,
    fires: [filling('critical', 'data-postgres-0', '98%')],
    below: volume(`${gibibytes(1.6)}x120`),
  },
  {
    alert: 'VolumeFilling',
    when: "another's volume is full, which does not page",
    series: volume(`${gibibytes(1)}x120`, 'data-redis-0'),
    minute: 15,
    fires: [filling('warning', 'data-redis-0', '98%')],
    below: volume(`${gibibytes(5.5)}x120`, 'data-redis-0'),
  },
  {
    alert: 'VolumeFullSoon',
    when: 'it fills by six gibibytes an hour',
    series: volume(`${gibibytes(19.5)}-${gibibytes(0.1)}x120`),
    minute: 11,
    fires: [fullSoon('critical', '18.4GiB', 'four hours', 'hour')],
    below: volume(`${gibibytes(19.5)}-${gibibytes(0.07)}x120`),
  },
  {
    alert: 'VolumeFullSoon',
    when: 'it began to fill today and has less left than on any day before',
    step: 10,
    series: volume(`${gibibytes(18)}x440 ${gibibytes(18)}-${gibibytes(0.11)}x70`),
    minute: 4800,
    fires: [fullSoon('warning', '13.71GiB', 'four days', '6 hours')],
    below: volume(`${gibibytes(18)}x440 ${gibibytes(18)}-${gibibytes(0.11)}x32 ${gibibytes(14.48)}x40`),
  },
  {
    alert: 'VolumeFilling',
    when: 'a tenth of it is left',
    series: volume(`${gibibytes(4.5)}x120`),
    minute: 15,
    fires: [filling('warning', 'data-postgres-0', '91%')],
    below: volume(`${gibibytes(5.5)}x120`),
  },
  {
    alert: 'VolumeFullSoon',
    when: 'it fills by half a gibibyte an hour',
    series: volume(`${gibibytes(19.5)}-${gibibytes(0.008)}x120`),
    minute: 61,
    fires: [fullSoon('warning', '19.01GiB', 'four days', '6 hours')],
    below: volume(`${gibibytes(19.5)}-${gibibytes(0.00334)}x120`),
  },
  {
    alert: 'QuotaNearlyFull',
    when: 'most of a resource is taken',
    series: quota('requests.memory', 91),
    minute: 15,
    fires: [
      {
        labels: { ...labels, resource: 'requests.memory' },
        summary: 'The quota of veza-production is almost exhausted',
        description: '91% of the quota of requests.memory in veza-production is used.',
      },
    ],
    below: quota('requests.memory', 90),
  },
];

export const capacityQuiet: readonly QuietCase[] = [
  ...['data-postgres-0', 'postgres-backups'].map((name) => ({
    alert: 'VolumeFullSoon',
    when: `a copy takes room on ${name} for two hours of every night`,
    series: volume(nights(12, 4), name),
    step: 10 as const,
    // From the beginning of the fourth night's to some hours after it.
    minutes: [4450, 4500, 4550, 4650, 4800],
  })),
  {
    alert: 'VolumeFullSoon',
    when: 'it fills for eight hours and is emptied, again and again',
    step: 10,
    series: volume(sawtooth(18, 0.3)),
    minutes: [4500, 4700, 4790, 4810, 5270],
  },
  {
    alert: 'VolumeFullSoon',
    when: 'a volume that is half empty fills fast',
    series: volume(`${gibibytes(22)}-${gibibytes(0.01)}x120`),
    minutes: [100],
  },
  {
    alert: 'QuotaNearlyFull',
    when: 'all claims are there, as they should',
    series: { ...quota('persistentvolumeclaims', 100), ...quota('requests.storage', 100) },
    minutes: [30],
  },
];
