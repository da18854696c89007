import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { System } from '../../../lib/cli/system';
import { type ClusterClients, createCommandLineClients } from '../../../lib/cluster/clients';
import { createProcessRunner } from '../../../lib/cluster/process';
import type { DeployHarness } from '../../support/deploy-harness';
import { FakeClock } from '../../support/fake-clock';
import type { FakeCluster } from '../../support/fake-cluster';
import type { FakeHelm } from '../../support/fake-helm';

/** The clients of a user whose current context leads to a fake cluster. */
export function fakeClients(cluster: FakeCluster, helm: FakeHelm): ClusterClients {
  return {
    currentContext: async () => cluster.context,
    kubernetes: () => cluster,
    helm: async () => helm,
  };
}

/** The clients of a machine with these folders of programs, and no other variable. */
export function toolsIn(...folders: readonly string[]): ClusterClients {
  return createCommandLineClients(createProcessRunner({ PATH: folders.join(':') }));
}

/** Programs that are shell scripts, in a folder that is deleted when the tests end. */
export function scripts(programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(scriptsFolder, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

const scriptsFolder = mkdtempSync(join(tmpdir(), 'veza-scripts-'));
process.on('exit', () => rmSync(scriptsFolder, { recursive: true, force: true }));

/** A machine from which the cluster of a harness is reached, with its clock. */
export function systemOf({ cluster, helm }: DeployHarness, variables: System['variables'] = {}): TestSystem {
  return new TestSystem({ variables, clock: cluster.clock, clients: fakeClients(cluster, helm) });
}

/** A machine for one call of `veza`, which records what is printed. It has no terminal and no programs. */
export class TestSystem implements System {
  readonly variables: System['variables'];
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  /** Emits the signals that the process would get. */
  readonly signals = new EventEmitter();
  readonly clock: System['clock'];
  readonly clients: ClusterClients;
  readonly partsOfStart: System['partsOfStart'];
  /** What was printed on stdout until now. */
  out = '';
  /** What was printed on stderr until now. */
  err = '';
  /** Called after each output, with everything that was printed on stdout until then. */
  onOutput: (out: string) => void = () => undefined;

  constructor({
    variables = {},
    clock = new FakeClock(),
    clients = toolsIn(),
    partsOfStart = () => [],
  }: Partial<Pick<System, 'variables' | 'clock' | 'clients' | 'partsOfStart'>> = {}) {
    this.variables = variables;
    this.clock = clock;
    this.clients = clients;
    this.partsOfStart = partsOfStart;
    // Writes are read at once, so that the order of what is printed and of what happens is the real one.
    this.stdout.write = (text: unknown) => {
      this.out += text;
      this.onOutput(this.out);
      return true;
    };
    this.stderr.write = (text: unknown) => {
      this.err += text;
      return true;
    };
  }
}
