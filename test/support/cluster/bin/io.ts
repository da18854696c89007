import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';

/** What a program reads, and where it writes. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of the standard input. */
  readonly input: () => string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Comes when somebody asks the program to end; whoever does not look ends at once. */
  readonly interruption: () => AbortSignal;
}

/** That of a process. */
const ofProcess: Io = {
  env: process.env,
  input: () => readFileSync(0, 'utf8'),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interruption: () => {
    const controller = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
    return controller.signal;
  },
};

const current = new AsyncLocalStorage<Io>();

/** That of the program that asks: a process has its own, and so has each call within a process. */
export function io(): Io {
  return current.getStore() ?? ofProcess;
}

/** Runs a program with other input and output than the process's. */
export function withIo<T>(its: Io, program: () => Promise<T>): Promise<T> {
  return current.run(its, program);
}
