import { PlainProgress } from '../../../../lib/cli/terminal-progress';
import { Kubectl } from '../../../../lib/cluster/kubectl';
import type { OperationContext } from '../../../../lib/cluster/operation-context';
import type { ProcessOptions, ProcessResult } from '../../../../lib/cluster/process';
import { OperationError, UsageError } from '../../../../lib/platform/errors';
import { staging } from '../../../../lib/veza/environments/staging';
import type { TestCluster } from './test-cluster';

/** kubectl without a process: the same arguments, the same output. */
class InProcessKubectl extends Kubectl {
  constructor(private readonly cluster: TestCluster) {
    super('veza-staging', () => Promise.reject(new Error('no program is run')));
  }

  protected override async ask(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult> {
    return this.cluster.kubectl([`--context=${this.context}`, ...args], options?.input);
  }
}

/** A context with the cluster and time of the stand-in, and the lines that were printed. */
export function siteOf(cluster: TestCluster, signal?: AbortSignal): OperationContext & { readonly output: string[] } {
  const output: string[] = [];
  return {
    output,
    kubectl: new InProcessKubectl(cluster),
    environment: staging,
    progress: new PlainProgress((line) => output.push(line)),
    clock: {
      now: () => cluster.state.now,
      elapsed: () => cluster.state.now,
      sleep: async (seconds, waiting) => {
        cluster.state.now += seconds * 1000;
        waiting?.throwIfAborted();
      },
    },
    signal,
  };
}

/** The lines of the error that rejects a promise; those of a usage error are marked. */
export async function problemsIn(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OperationError) return error.problems;
    if (error instanceof UsageError) return [`usage: ${error.message}`];
    throw error;
  }
  return [];
}
