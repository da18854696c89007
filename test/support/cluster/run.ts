import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended, and what it said. */
export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program runs with. */
export interface Surroundings {
  /** Folder of the stand-ins, or of the real tools: the front of its PATH. */
  readonly bin: string;
  readonly kubeconfig: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from its standard input. @default - nothing */
  readonly input?: string;
}

/** Runs a program to its end without blocking this process, which may be the cluster that it talks to. */
export async function run(
  command: readonly string[],
  { bin, kubeconfig, env, input = '' }: Surroundings,
): Promise<Answer> {
  const [program = '', ...args] = command;
  const path = `${bin}:${process.env.PATH}`;
  const child = spawn(program, args, { env: { ...process.env, PATH: path, KUBECONFIG: kubeconfig, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}
