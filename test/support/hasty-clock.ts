import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../lib/cluster/wait';

/** How many times faster it goes. Each look at the cluster is a kubectl, so more of them would only keep the machine from the work. */
const speed = 3;

/** Time that only passes in pauses, and fast: a busy machine lets nothing run out. */
export function hastyClock(): Clock {
  const start = Date.now();
  let time = 0;
  return {
    now: () => start + time,
    elapsed: () => time,
    sleep: async (seconds, signal) => {
      const end = time + seconds * 1000;
      await pause((seconds * 1000) / speed, undefined, { signal });
      time = Math.max(time, end);
    },
  };
}
