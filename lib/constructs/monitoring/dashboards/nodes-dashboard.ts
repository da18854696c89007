import { is, type Matchers, matches, noneOf, select } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import { type DashboardDefinition, multiValueVariable, type Row } from './dashboard';
import { noneIsGood, stat, timeSeries, worseFrom } from './panels';
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
const memoryShare = taken('node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', nodes);

/** Used share of a file system, of what users can use. */
const diskShare = taken('node_filesystem_avail_bytes', 'node_filesystem_size_bytes', disks);

/** Used share of a file system's inodes. Some file systems have no fixed number of them. */
const inodeShare = taken('node_filesystem_files_free', 'node_filesystem_files', disks);

function taken(free: string, all: string, matchers: Matchers): string {
  return `1 - ${share(select(free, matchers), select(all, matchers))}`;
}

/** The nodes of the cluster, of all environments. */
export function nodesDashboard(): DashboardDefinition {
  return {
    uid: 'nodes-overview',
    title: 'Nodes',
    description: 'The nodes of the cluster: CPU, memory, disks and network.',
    environmentOf: [],
    variables: [
      multiValueVariable({
        name: 'node',
        label: 'Node',
        description: 'The nodes of the cluster.',
        query: `label_values(${select('up', { job: is(scrapeJobs.nodeExporter) })}, node)`,
      }),
    ],
    annotations: [],
    rows: [state, cpuRow, memoryRow, diskRow, networkRow],
  };
}

const state: Row = {
  title: 'Highest values of all nodes',
  panels: [
    stat('Not scraped', 'Nodes whose exporter does not respond. They may be down.', {
      unit: 'short',
      queries: { nodes: `sum(1 - ${select('up', nodes)})` },
      colors: noneIsGood,
    }),
    stat('Highest CPU usage', 'The node with the least free CPU time.', {
      unit: 'percentunit',
      queries: { '{{node}}': `topk(1, ${cpuShare})` },
      colors: worseFrom(0.8, 0.95),
    }),
    stat('Highest memory usage', 'The node with the least free memory.', {
      unit: 'percentunit',
      queries: { '{{node}}': `topk(1, ${memoryShare})` },
      colors: worseFrom(0.8, 0.9),
    }),
    stat(
      'Fullest disk',
      'The file system with the least free space. Above 85 % the kubelet removes images, then evicts pods.',
      {
        unit: 'percentunit',
        queries: { '{{node}} {{mountpoint}}': `topk(1, ${diskShare})` },
        colors: worseFrom(0.75, 0.85),
      },
    ),
    stat(
      'Fewest inodes',
      'The file system with the smallest share of free inodes. Without inodes no file can be created.',
      {
        unit: 'percentunit',
        queries: { '{{node}} {{mountpoint}}': `topk(1, ${inodeShare})` },
        colors: worseFrom(0.75, 0.9),
      },
    ),
    stat('Clock offset', 'The largest clock error of a node. Tokens and certificates need correct clocks.', {
      unit: 's',
      queries: { '{{node}}': `topk(1, abs(${select('node_timex_offset_seconds', nodes)}))` },
      colors: worseFrom(0.05, 0.5),
    }),
  ],
};

const cpuRow: Row = {
  title: 'CPU',
  panels: [
    timeSeries('CPU usage', 'Share of time in which the CPUs of a node were busy.', {
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}}': cpuShare },
    }),
    timeSeries('Load per CPU', 'Processes that run or wait, per CPU. Above 1 some of them wait.', {
      unit: 'short',
      queries: {
        '{{node}}': share(
          `sum by (node) (${select('node_load5', nodes)})`,
          `count by (node) (${rate('node_cpu_seconds_total', idle)})`,
        ),
      },
    }),
    timeSeries('Waiting for CPU', 'Share of time in which at least one process waited for CPU (pressure).', {
      unit: 'percentunit',
      queries: { '{{node}}': rate('node_pressure_cpu_waiting_seconds_total', nodes) },
    }),
  ],
};

const memoryRow: Row = {
  title: 'Memory',
  panels: [
    timeSeries('Memory usage', 'Share of memory that is not available without swapping.', {
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}}': memoryShare },
    }),
    timeSeries('Waiting for memory', 'Share of time in which at least one process waited for memory (pressure).', {
      unit: 'percentunit',
      queries: { '{{node}}': rate('node_pressure_memory_waiting_seconds_total', nodes) },
    }),
    timeSeries('OOM kills', 'Processes that the kernel killed because the node or a container was out of memory.', {
      unit: 'short',
      queries: { '{{node}}': increase('node_vmstat_oom_kill', nodes) },
    }),
  ],
};

/** Network interfaces of the node itself, without those of its pods. */
const interfaces: Matchers = {
  ...nodes,
  device: { operator: '!~', value: 'lo|veth.*|cali.*|cni.*|lxc.*|flannel.*|docker.*' },
};

const diskRow: Row = {
  title: 'Disks',
  panels: [
    timeSeries('Disk usage', 'Share of each file system that is used.', {
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}} {{mountpoint}}': diskShare },
    }),
    timeSeries('Inode usage', 'Share of the inodes of each file system that are used.', {
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}} {{mountpoint}}': inodeShare },
    }),
    timeSeries('Busy disks', 'Share of time in which a disk was busy. Near 100 % requests wait.', {
      unit: 'percentunit',
      queries: { '{{node}} {{device}}': rate('node_disk_io_time_seconds_total', nodes) },
    }),
    timeSeries('Disk operations', 'Completed reads and writes per second.', {
      unit: 'iops',
      queries: {
        '{{node}} reads': `sum by (node) (${rate('node_disk_reads_completed_total', nodes)})`,
        '{{node}} writes': `sum by (node) (${rate('node_disk_writes_completed_total', nodes)})`,
      },
    }),
  ],
};

const networkRow: Row = {
  title: 'Network',
  panels: [
    timeSeries('Traffic', "Bytes per second through the node's own interfaces.", {
      unit: 'binBps',
      queries: {
        '{{node}} received': `sum by (node) (${rate('node_network_receive_bytes_total', interfaces)})`,
        '{{node}} sent': `sum by (node) (${rate('node_network_transmit_bytes_total', interfaces)})`,
      },
    }),
    timeSeries('Errors and drops', 'Packets per second that were damaged or dropped.', {
      unit: 'pps',
      queries: {
        '{{node}} received': `sum by (node) (${rate('node_network_receive_errs_total', interfaces)} + ${rate('node_network_receive_drop_total', interfaces)})`,
        '{{node}} sent': `sum by (node) (${rate('node_network_transmit_errs_total', interfaces)} + ${rate('node_network_transmit_drop_total', interfaces)})`,
      },
    }),
    timeSeries(
      'Tracked connections',
      "Share of the kernel's connection table that is used. When it is full, new connections are dropped.",
      {
        unit: 'percentunit',
        max: 1,
        queries: {
          '{{node}}': share(
            select('node_nf_conntrack_entries', nodes),
            select('node_nf_conntrack_entries_limit', nodes),
          ),
        },
      },
    ),
  ],
};
