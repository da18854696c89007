import { scrapeJobs } from '../scrape-endpoints';
import { is, noneOf, oneOf, select, unlessAsLowBefore } from './promql';
import { type Alert, warn } from './rule';

const node = { job: is(scrapeJobs.nodeExporter) };

/** File systems that hold data. The others are memory, images, or views of listed ones. */
const disk = { ...node, fstype: noneOf(['tmpfs', 'ramfs', 'overlay', 'squashfs', 'iso9660', 'erofs']) };

const size = select('node_filesystem_size_bytes', disk);
const available = select('node_filesystem_avail_bytes', disk);
const idle = select('node_cpu_seconds_total', { ...node, mode: is('idle') });
const writable = `${select('node_filesystem_readonly', disk)} == 0`;

/** Alerts on the nodes of the cluster. */
export const nodeAlerts: readonly Alert[] = [
  // One alert for a lost node. It mutes the alerts on everything that ran there, so it fires before them.
  // It does not page: if users are affected, other alerts do.
  warn('NodeDown', '2m', {
    expr: `max by (node) (${select('up', { job: oneOf([scrapeJobs.nodeExporter, scrapeJobs.kubelet]) })}) == 0`,
    summary: 'Node {{ $labels.node }} is down',
    description: 'Neither the kubelet nor the node-exporter of {{ $labels.node }} has responded for 2 minutes.',
  }),
  warn('HighMemoryUsage', '5m', {
    expr: `1 - ${select('node_memory_MemAvailable_bytes', node)} / ${select('node_memory_MemTotal_bytes', node)} > 0.9`,
    summary: 'Node {{ $labels.node }} is almost out of memory',
    description: '{{ $value | humanizePercentage }} of the memory of {{ $labels.node }} is in use.',
  }),
  warn('HighCPUUsage', '5m', {
    expr: `1 - avg by (job, node) (rate(${idle}[5m])) > 0.8`,
    summary: 'Node {{ $labels.node }} has high CPU usage',
    description:
      '{{ $value | humanizePercentage }} of the CPU time of {{ $labels.node }} was used in the last 5 minutes.',
  }),
  // Space reserved for root is not counted as free.
  warn('DiskSpaceFilling', '5m', {
    expr: `1 -
  ${available}
  / (${size} > 0)
> 0.85
and
${writable}`,
    summary: 'A disk of node {{ $labels.node }} is almost full',
    description: '{{ $labels.mountpoint }} of {{ $labels.node }} is {{ $value | humanizePercentage }} full.',
  }),
  // Only disks that are more than 60 % full: on others a temporary growth means nothing.
  warn('DiskFullSoon', '1h', {
    expr: `${available}
< 0.4 * ${size}
and
predict_linear(${available}[6h], 24 * 60 * 60) < 0
${unlessAsLowBefore(available)}`,
    summary: 'A disk of node {{ $labels.node }} will be full within a day',
    description:
      '{{ $labels.mountpoint }} of {{ $labels.node }} has {{ $value | humanize1024 }}B of free space. It will be ' +
      'full in less than a day at the rate of the last 6 hours.',
  }),
  warn('DiskInodesLow', '15m', {
    expr: `${select('node_filesystem_files_free', disk)}
/ (${select('node_filesystem_files', disk)} > 0)
< 0.1
and
${writable}`,
    summary: 'A disk of node {{ $labels.node }} is almost out of inodes',
    description:
      '{{ $labels.mountpoint }} of {{ $labels.node }} has {{ $value | humanizePercentage }} of its inodes left.',
  }),
];
