import type { BackupHarness } from '../../support/backup-harness';
import { FakeHelm } from '../../support/fake-helm';
import { runCli } from './call-veza';
import { fakeClients, TestSystem } from './test-system';

/** The exit code of a command, and the lines that it printed. */
export interface Printed {
  readonly status: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** A machine whose current context leads to the cluster of a harness. */
export function systemOf({ cluster }: BackupHarness): TestSystem {
  const clients = fakeClients(cluster, new FakeHelm(cluster, 'veza-staging'));
  return new TestSystem({ clients, clock: cluster.clock });
}

/** Runs a command against the cluster of a harness. */
export async function call(harness: BackupHarness, command: string, system = systemOf(harness)): Promise<Printed> {
  const { status, out, err } = await runCli(command.split(' '), system);
  return { status, stdout: linesOf(out), stderr: linesOf(err) };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
