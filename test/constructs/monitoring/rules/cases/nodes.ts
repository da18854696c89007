import type { AlertCase, QuietCase, Series } from '../alert-case';

const node = 'job="node-exporter", instance="node-1", node="node-1"';
const labels = { severity: 'warning', job: 'node-exporter', instance: 'node-1', node: 'node-1' };
const disk = `${node}, device="/dev/sda1", fstype="ext4", mountpoint="/var"`;
const diskLabels = { ...labels, device: '/dev/sda1', fstype: 'ext4', mountpoint: '/var' };
const idle = (cpu: number) => `node_cpu_seconds_total{${node}, cpu="${cpu}", mode="idle"}`;

/** A disk of 100 GiB; sizes in the notation of series. */
function filesystem(available: string): Series {
  return {
    [`node_filesystem_size_bytes{${disk}}`]: `${100 * 2 ** 30}x600`,
    [`node_filesystem_avail_bytes{${disk}}`]: available,
    [`node_filesystem_readonly{${disk}}`]: '0x600',
  };
}

const gibibytes = (count: number) => count * 2 ** 30;

/** The node that node-exporter and the kubelet of it answer from, or not. */
function node1(exporter: string, kubelet: string): Series {
  return {
    [`up{${node}}`]: exporter,
    'up{job="kubelet", instance="node-1", node="node-1"}': kubelet,
    'up{job="kubelet", instance="node-2", node="node-2"}': '1x120',
  };
}

export const nodeCases: readonly AlertCase[] = [
  {
    alert: 'NodeDown',
    when: 'neither of its two servers answers',
    series: node1('1x4 0x20', '1x4 0x20'),
    minute: 7,
    fires: [
      {
        labels: { severity: 'warning', node: 'node-1' },
        summary: 'Node node-1 is down',
        description: 'Neither the kubelet nor the node-exporter of node-1 has responded for 2 minutes.',
      },
    ],
    below: node1('1x4 0x20', '1x4 0x1 1x20'),
  },
  {
    alert: 'HighMemoryUsage',
    when: 'hardly any memory is left',
    series: {
      [`node_memory_MemAvailable_bytes{${node}}`]: '9x20',
      [`node_memory_MemTotal_bytes{${node}}`]: '100x20',
    },
    minute: 5,
    fires: [
      {
        labels,
        summary: 'Node node-1 is almost out of memory',
        description: '91% of the memory of node-1 is in use.',
      },
    ],
    below: { [`node_memory_MemAvailable_bytes{${node}}`]: '11x20' },
  },
  {
    alert: 'HighCPUUsage',
    when: 'its processors are busy on average',
    series: { [idle(0)]: '0+22.2x20', [idle(1)]: '0+0.6x20' },
    minute: 6,
    fires: [
      {
        labels: { severity: 'warning', job: 'node-exporter', node: 'node-1' },
        summary: 'Node node-1 has high CPU usage',
        description: '81% of the CPU time of node-1 was used in the last 5 minutes.',
      },
    ],
    below: { [idle(1)]: '0+3x20' },
  },
  {
    alert: 'DiskSpaceFilling',
    when: 'a disk is 86 % full',
    series: filesystem(`${gibibytes(14)}x120`),
    minute: 5,
    fires: [
      {
        labels: diskLabels,
        summary: 'A disk of node node-1 is almost full',
        description: '/var of node-1 is 86% full.',
      },
    ],
    below: filesystem(`${gibibytes(16)}x120`),
  },
  {
    alert: 'DiskFullSoon',
    when: 'a disk fills by six gibibytes an hour',
    series: filesystem(`${gibibytes(39)}-${gibibytes(0.1)}x120`),
    minute: 61,
    fires: [
      {
        labels: diskLabels,
        summary: 'A disk of node node-1 will be full within a day',
        description:
          '/var of node-1 has 32.9GiB of free space. It will be full in less than a day at the rate of the last 6 ' +
          'hours.',
      },
    ],
    below: filesystem(`${gibibytes(39)}-${gibibytes(0.0259)}x120`),
  },
  {
    alert: 'DiskInodesLow',
    when: 'there are many small files',
    series: {
      [`node_filesystem_files{${disk}}`]: '100x20',
      [`node_filesystem_files_free{${disk}}`]: '9x20',
      [`node_filesystem_readonly{${disk}}`]: '0x20',
    },
    minute: 15,
    fires: [
      {
        labels: diskLabels,
        summary: 'A disk of node node-1 is almost out of inodes',
        description: '/var of node-1 has 9% of its inodes left.',
      },
    ],
    below: { [`node_filesystem_files_free{${disk}}`]: '10x20' },
  },
];

export const nodeQuiet: readonly QuietCase[] = [
  {
    alert: 'NodeDown',
    when: 'only its exporter is down',
    series: node1('0x20', '1x20'),
    minutes: [10],
  },
  {
    alert: 'DiskFullSoon',
    when: 'something fills it for eight hours and empties it, again and again',
    step: 10,
    series: filesystem(`${gibibytes(38)}-${gibibytes(0.6)}x47 `.repeat(11)),
    minutes: [4500, 4600, 4700, 4790, 4810],
  },
  {
    alert: 'DiskSpaceFilling',
    when: 'an image that cannot be written to is full by nature',
    series: { ...filesystem('0x120'), [`node_filesystem_readonly{${disk}}`]: '1x120' },
    minutes: [60],
  },
  {
    alert: 'DiskInodesLow',
    when: 'an image that cannot be written to has none left',
    series: {
      [`node_filesystem_files{${disk}}`]: '100x60',
      [`node_filesystem_files_free{${disk}}`]: '0x60',
      [`node_filesystem_readonly{${disk}}`]: '1x60',
    },
    minutes: [60],
  },
  {
    alert: 'DiskInodesLow',
    when: 'a file system does not count inodes',
    series: {
      [`node_filesystem_files{${disk}}`]: '0x60',
      [`node_filesystem_files_free{${disk}}`]: '0x60',
      [`node_filesystem_readonly{${disk}}`]: '0x60',
    },
    minutes: [60],
  },
  {
    alert: 'DiskFullSoon',
    when: 'a disk that is half empty shrinks fast',
    series: filesystem(`${gibibytes(46)}-${gibibytes(0.05)}x120`),
    minutes: [100],
  },
];
