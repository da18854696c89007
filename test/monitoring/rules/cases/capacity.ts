import type { AlertCase, QuietCase, Series } from '../alert-case';

const claim = 'job="kubelet", namespace="veza-production", persistentvolumeclaim="data-postgres-0"';
const labels = { severity: 'warning', namespace: 'veza-production' };
const gibibytes = (count: number) => count * 2 ** 30;

/** A volume of 50 GiB, which two nodes tell of; sizes in the notation of series. */
function volume(available: string): Series {
  return Object.assign(
    {},
    ...['node-1', 'node-2'].map((node) => ({
      [`kubelet_volume_stats_capacity_bytes{${claim}, node="${node}"}`]: `${gibibytes(50)}x120`,
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

export const capacityCases: readonly AlertCase[] = [
  {
    alert: 'VolumeFilling',
    when: 'a tenth of it is left',
    series: volume(`${gibibytes(4.5)}x120`),
    minute: 15,
    fires: [
      {
        labels: { ...labels, persistentvolumeclaim: 'data-postgres-0' },
        summary: 'Volume data-postgres-0 fills up',
        description: 'The volume of claim data-postgres-0 in veza-production is 91% full.',
      },
    ],
    below: volume(`${gibibytes(5.5)}x120`),
  },
  {
    alert: 'VolumeFullSoon',
    when: 'it fills by half a gibibyte an hour',
    series: volume(`${gibibytes(19.5)}-${gibibytes(0.008)}x120`),
    minute: 61,
    fires: [
      {
        labels: { ...labels, persistentvolumeclaim: 'data-postgres-0' },
        summary: 'Volume data-postgres-0 will be full within four days',
        description:
          'The volume of claim data-postgres-0 in veza-production has 19.01GiB left, ' +
          'which last less than four days at the pace of the last 6 hours.',
      },
    ],
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
        summary: 'The quota of veza-production is nearly used up',
        description: '91% of the quota of requests.memory in veza-production is used.',
      },
    ],
    below: quota('requests.memory', 90),
  },
];

export const capacityQuiet: readonly QuietCase[] = [
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
