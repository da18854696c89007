import { select } from '../../rules/selector';
import { noneIsGood, worseFrom } from '../colors';
import type { Row } from '../dashboard';
import { figure } from '../panels';
import { cpuShare, diskShare, inodeShare, memoryShare, nodes } from './series';

/** The worst of all nodes. */
export const state: Row = {
  title: 'The worst of all nodes',
  panels: [
    figure({
      title: 'Without figures',
      description: 'Nodes whose exporter does not answer. They may be gone.',
      unit: 'short',
      queries: { nodes: `sum(1 - ${select('up', nodes)})` },
      colors: noneIsGood,
    }),
    figure({
      title: 'Busiest processors',
      description: 'The node with the least CPU time to spare.',
      unit: 'percentunit',
      queries: { '{{node}}': `topk(1, ${cpuShare})` },
      colors: worseFrom(0.8, 0.95),
    }),
    figure({
      title: 'Fullest memory',
      description: 'The node with the least memory to spare.',
      unit: 'percentunit',
      queries: { '{{node}}': `topk(1, ${memoryShare})` },
      colors: worseFrom(0.8, 0.9),
    }),
    figure({
      title: 'Fullest disk',
      description: 'The file system with the least room. From 85 % on the kubelet removes images, then pods.',
      unit: 'percentunit',
      queries: { '{{node}} {{mountpoint}}': `topk(1, ${diskShare})` },
      colors: worseFrom(0.75, 0.85),
    }),
    figure({
      title: 'Fewest inodes',
      description: 'The file system in which the largest share of inodes is taken. Without inodes no file can be made.',
      unit: 'percentunit',
      queries: { '{{node}} {{mountpoint}}': `topk(1, ${inodeShare})` },
      colors: worseFrom(0.75, 0.9),
    }),
    figure({
      title: 'Clock offset',
      description: 'How far the clock of a node is off. Tokens and certificates need it right.',
      unit: 's',
      queries: { '{{node}}': `topk(1, abs(${select('node_timex_offset_seconds', nodes)}))` },
      colors: worseFrom(0.05, 0.5),
    }),
  ],
};
