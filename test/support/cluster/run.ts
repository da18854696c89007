import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Exit code and output of a program. */
export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tools, cluster and input of a program. */
export interface Surroundings {
  /** Folder of kubectl and Helm, the first of its PATH. */
  readonly bin: string;
  readonly kubeconfig: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input. @default - empty */
  readonly input?: string;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** How it ends. */
  readonly answer: Promise<Answer>;
  /** Its standard output until now. */
  readonly said: () => string;
}

/** Starts a program without blocking this process, in which its cluster may run. */
export function start(command: readonly string[], { bin, kubeconfig, env, input = '' }: Surroundings): Running {
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
  const answer = once(child, 'close').then(([status]) => ({ status: status as number | null, stdout, stderr }));
  return { child, answer, said: () => stdout };
}

/** Runs a program to its end. */
export function run(command: readonly string[], surroundings: Surroundings): Promise<Answer> {
  return start(command, surroundings).answer;
}
