import * as z from 'zod';
import { wholeNumber } from './formats';
import { parseQuantity, toBinaryQuantity } from './quantity';
import type { ContainerResources } from './resources';

/** How much is sent to a server at a time. */
export interface RemoteWriteQueue {
  /** Most requests at a time, 1 to 200, such as 10. Each takes up to 8Mi of Prometheus' memory, a quarter of which all may take. */
  readonly maximumShards: number;
}

/**
 * Memory of a shard: it holds 10000 samples until they are sent, and 2000 while they are. A sample takes less than 700 bytes
 * with its labels and the text of its request.
 */
const shardMemory = '8Mi';

/** Share of Prometheus' memory that the queues of all servers may take. */
const memoryShare = 0.25;

/** @internal */
export const remoteWriteQueue = z.strictObject({ maximumShards: wholeNumber({ min: 1, max: 200 }) });

/** What is wrong with the memory of a Prometheus whose queues may take more of it than they should; undefined if nothing is. */
export function findQueueProblem(
  queues: readonly RemoteWriteQueue[],
  { limits }: ContainerResources,
): string | undefined {
  const shards = queues.reduce((sum, { maximumShards }) => sum + maximumShards, 0);
  const needed = shards * parseQuantity(shardMemory);
  const most = parseQuantity(limits.memory) * memoryShare;
  if (needed <= most) return undefined;
  return (
    `is too little for ${shards} shards of remoteWrite, which may take ${toBinaryQuantity(needed)}, more than ` +
    `${memoryShare * 100} % of it; use ${Math.floor(most / parseQuantity(shardMemory))} shards at most, or raise it`
  );
}
