import { is, type Matchers, matches, noneOf, select } from '../rules/promql';
import { scrapeJobs } from '../scrape-endpoints';
import { type DashboardDefinition, makeMultiValueVariable } from './dashboard';
import { limitedShare, noneIsGood, type Panel, stat, timeSeries, worseFrom } from './panels';
import { increase, rate, share } from './queries';

/** Series of the selected nodes. They belong to no environment. */
const nodes: Matchers = { job: is(scrapeJobs.nodeExporter), node: matches('$node') };

/** Series of the idle time of each CPU. */
const idle: Matchers = { ...nodes, mode: is('idle') };

/** File systems on a disk. */
const disks: Matchers = { ...nodes, fstype: noneOf(['tmpfs', 'ramfs', 'squashfs', 'overlay', 'iso9660']) };

/** Share of time in which the CPUs of a node were busy. */
const cpuShare = `1 - avg by (node) (${rate('node_cpu_seconds_total', idle)})`;

/** Share of a node's memory that is not available without swapping. */
const memoryShare = usedShare('node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', nodes);

/** Used share of a file system, of what users can use. */
const diskShare = usedShare('node_filesystem_avail_bytes', 'node_filesystem_size_bytes', disks);

/** Used share of a file system's inodes. Some file systems have no fixed number of them. */
const inodeShare = usedShare('node_filesystem_files_free', 'node_filesystem_files', disks);

function usedShare(free: string, all: string, matchers: Matchers): string {
  return `1 - ${share(select(free, matchers), select(all, matchers))}`;
}

/** The nodes of the cluster, of all environments. */
export function makeNodesDashboard(): DashboardDefinition {
  return {
    uid: 'nodes-overview',
    title: 'Nodes',
    description: 'The nodes of the cluster: CPU, memory, disks and network.',
    environmentOf: [],
    variables: [
      makeMultiValueVariable({
        name: 'node',
        label: 'Node',
        description: 'The nodes of the cluster.',
        query: `label_values(${select('up', { job: is(scrapeJobs.nodeExporter) })}, node)`,
      }),
    ],
    annotations: [],
    rows: {
      'Highest values of all nodes': highestPanels,
      CPU: cpuPanels,
      Memory: memoryPanels,
      Disks: diskPanels,
      Network: networkPanels,
    },
  };
}

const highestPanels: readonly Panel[] = [
  stat('Not scraped', 'Nodes whose exporter does not respond. They may be down.', noneIsGood, {
    nodes: `sum(1 - ${select('up', nodes)})`,
  }),
  stat('Highest CPU usage', 'The node with the least free CPU time.', worseFrom(0.8, 0.95), {
    '{{node}}': `topk(1, ${cpuShare})`,
  }),
  stat('Highest memory usage', 'The node with the least free memory.', worseFrom(0.8, 0.9), {
    '{{node}}': `topk(1, ${memoryShare})`,
  }),
  stat(
    'Fullest disk',
    'The file system with the least free space. Above 85 % the kubelet removes images, then evicts pods.',
    worseFrom(0.75, 0.85),
    { '{{node}} {{mountpoint}}': `topk(1, ${diskShare})` },
  ),
  stat(
    'Fewest inodes',
    'The file system with the smallest share of free inodes. Without inodes no file can be created.',
    worseFrom(0.75, 0.9),
    { '{{node}} {{mountpoint}}': `topk(1, ${inodeShare})` },
  ),
  stat(
    'Clock offset',
    'The largest clock error of a node. Tokens and certificates need correct clocks.',
    worseFrom(0.05, 0.5, 's'),
    { '{{node}}': `topk(1, abs(${select('node_timex_offset_seconds', nodes)}))` },
  ),
];

const cpuPanels: readonly Panel[] = [
  timeSeries('CPU usage', 'Share of time in which the CPUs of a node were busy.', limitedShare, {
    '{{node}}': cpuShare,
  }),
  timeSeries('Load per CPU', 'Processes that run or wait, per CPU. Above 1 some of them wait.', 'short', {
    '{{node}}': share(
      `sum by (node) (${select('node_load5', nodes)})`,
      `count by (node) (${rate('node_cpu_seconds_total', idle)})`,
    ),
  }),
  timeSeries(
    'Waiting for CPU',
    'Share of time in which at least one process waited for CPU (pressure).',
    'percentunit',
    { '{{node}}': rate('node_pressure_cpu_waiting_seconds_total', nodes) },
  ),
];

const memoryPanels: readonly Panel[] = [
  timeSeries('Memory usage', 'Share of memory that is not available without swapping.', limitedShare, {
    '{{node}}': memoryShare,
  }),
  timeSeries(
    'Waiting for memory',
    'Share of time in which at least one process waited for memory (pressure).',
    'percentunit',
    { '{{node}}': rate('node_pressure_memory_waiting_seconds_total', nodes) },
  ),
  timeSeries(
    'OOM kills',
    'Processes that the kernel killed because the node or a container was out of memory.',
    'short',
    { '{{node}}': increase('node_vmstat_oom_kill', nodes) },
  ),
];

/** Network interfaces of the node itself, without those of its pods. */
const interfaces: Matchers = {
  ...nodes,
  device: { operator: '!~', value: 'lo|veth.*|cali.*|cni.*|lxc.*|flannel.*|docker.*' },
};

const diskPanels: readonly Panel[] = [
  timeSeries('Disk usage', 'Share of each file system that is used.', limitedShare, {
    '{{node}} {{mountpoint}}': diskShare,
  }),
  timeSeries('Inode usage', 'Share of the inodes of each file system that are used.', limitedShare, {
    '{{node}} {{mountpoint}}': inodeShare,
  }),
  timeSeries('Busy disks', 'Share of time in which a disk was busy. Near 100 % requests wait.', 'percentunit', {
    '{{node}} {{device}}': rate('node_disk_io_time_seconds_total', nodes),
  }),
  timeSeries('Disk operations', 'Completed reads and writes per second.', 'iops', {
    '{{node}} reads': `sum by (node) (${rate('node_disk_reads_completed_total', nodes)})`,
    '{{node}} writes': `sum by (node) (${rate('node_disk_writes_completed_total', nodes)})`,
  }),
];

const networkPanels: readonly Panel[] = [
  timeSeries('Traffic', "Bytes per second through the node's own interfaces.", 'binBps', {
    '{{node}} received': `sum by (node) (${rate('node_network_receive_bytes_total', interfaces)})`,
    '{{node}} sent': `sum by (node) (${rate('node_network_transmit_bytes_total', interfaces)})`,
  }),
  timeSeries('Errors and drops', 'Packets per second that were damaged or dropped.', 'pps', {
    '{{node}} received': `sum by (node) (${rate('node_network_receive_errs_total', interfaces)} + ${rate('node_network_receive_drop_total', interfaces)})`,
    '{{node}} sent': `sum by (node) (${rate('node_network_transmit_errs_total', interfaces)} + ${rate('node_network_transmit_drop_total', interfaces)})`,
  }),
  timeSeries(
    'Tracked connections',
    "Share of the kernel's connection table that is used. When it is full, new connections are dropped.",
    limitedShare,
    { '{{node}}': share(select('node_nf_conntrack_entries', nodes), select('node_nf_conntrack_entries_limit', nodes)) },
  ),
];
