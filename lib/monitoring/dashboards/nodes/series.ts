import { jobs } from '../../jobs';
import { is, type Matchers, matches, noneOf, select } from '../../rules/selector';
import { rate, share } from '../promql';

/** Series of the nodes that the reader has chosen. They belong to no environment. */
export const nodes: Matchers = { job: is(jobs.nodeExporter), node: matches('$node') };

/** Series of the time in which processors had nothing to do: one for each processor. */
export const idle: Matchers = { ...nodes, mode: is('idle') };

/** File systems that lie on a disk. */
const disks: Matchers = { ...nodes, fstype: noneOf(['tmpfs', 'ramfs', 'squashfs', 'overlay', 'iso9660']) };

/** Share of time in which the processors of a node were busy. */
export const cpuShare = `1 - avg by (node) (${rate('node_cpu_seconds_total', idle)})`;

/** Share of a node's memory that could not be had without swapping. */
export const memoryShare = taken('node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', nodes);

/** Share of a file system that is taken, of what users can have. */
export const diskShare = taken('node_filesystem_avail_bytes', 'node_filesystem_size_bytes', disks);

/** Share of a file system's inodes that are taken. Some file systems have no fixed number of them. */
export const inodeShare = taken('node_filesystem_files_free', 'node_filesystem_files', disks);

function taken(free: string, all: string, matchers: Matchers): string {
  return `1 - ${share(select(free, matchers), select(all, matchers))}`;
}
