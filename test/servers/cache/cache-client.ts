import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Network } from './network';

/** Where a client can connect to. */
export interface Door {
  readonly address: string;
  readonly port: number;
}

/** A client on a network of pods. */
export class CacheClient {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (answer: string) => void>();
  private asked = 0;

  constructor(network: Network) {
    const [program = '', ...line] = network.line(process.execPath, join(__dirname, 'client.js'));
    const child = spawn(program, line, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process = child;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const { id, answer } = JSON.parse(text) as { readonly id: number; readonly answer: string };
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    });
  }

  /** What the first door that answers says to commands, each a list of words; nothing if none does. */
  ask(doors: readonly Door[], ...commands: readonly (readonly string[])[]): Promise<string> {
    this.asked += 1;
    const id = this.asked;
    this.process.stdin?.write(`${JSON.stringify({ id, doors, commands })}\n`);
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  async remove(): Promise<void> {
    this.process.kill('SIGKILL');
    await once(this.process, 'close');
  }
}
