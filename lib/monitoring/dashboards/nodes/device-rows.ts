import { type Matchers, select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { rate, share } from '../promql';
import { diskShare, inodeShare, nodes } from './series';

/** Interfaces of the node itself: those of its pods come and go with them. */
const interfaces: Matchers = {
  ...nodes,
  device: { operator: '!~', value: 'lo|veth.*|cali.*|cni.*|lxc.*|flannel.*|docker.*' },
};

/** Disks. */
export const diskRow: Row = {
  title: 'Disks',
  panels: [
    graph({
      title: 'Space in use',
      description: 'Share of each file system that is taken.',
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}} {{mountpoint}}': diskShare },
    }),
    graph({
      title: 'Inodes in use',
      description: 'Share of the inodes of each file system that are taken.',
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}} {{mountpoint}}': inodeShare },
    }),
    graph({
      title: 'Busy disks',
      description: 'Share of time in which a disk had something to do. Near 100 % requests queue up.',
      unit: 'percentunit',
      queries: { '{{node}} {{device}}': rate('node_disk_io_time_seconds_total', nodes) },
    }),
    graph({
      title: 'Disk operations',
      description: 'Reads and writes that were completed in a second.',
      unit: 'iops',
      queries: {
        '{{node}} reads': `sum by (node) (${rate('node_disk_reads_completed_total', nodes)})`,
        '{{node}} writes': `sum by (node) (${rate('node_disk_writes_completed_total', nodes)})`,
      },
    }),
  ],
};

/** Network. */
export const networkRow: Row = {
  title: 'Network',
  panels: [
    graph({
      title: 'Traffic',
      description: "Bytes in a second over the node's own interfaces.",
      unit: 'binBps',
      queries: {
        '{{node}} received': `sum by (node) (${rate('node_network_receive_bytes_total', interfaces)})`,
        '{{node}} sent': `sum by (node) (${rate('node_network_transmit_bytes_total', interfaces)})`,
      },
    }),
    graph({
      title: 'Errors and drops',
      description: 'Packets in a second that were damaged or thrown away.',
      unit: 'pps',
      queries: {
        '{{node}} received': `sum by (node) (${rate('node_network_receive_errs_total', interfaces)} + ${rate('node_network_receive_drop_total', interfaces)})`,
        '{{node}} sent': `sum by (node) (${rate('node_network_transmit_errs_total', interfaces)} + ${rate('node_network_transmit_drop_total', interfaces)})`,
      },
    }),
    graph({
      title: 'Tracked connections',
      description: "Share of the kernel's table of connections that is taken. A full one drops new connections.",
      unit: 'percentunit',
      max: 1,
      queries: {
        '{{node}}': share(select('node_nf_conntrack_entries', nodes), select('node_nf_conntrack_entries_limit', nodes)),
      },
    }),
  ],
};
