import Table, { type TableConstructorOptions } from 'cli-table3';
import { type ClusterClients, createCommandLineClients } from '../cluster/clients';
import { createProcessRunner } from '../cluster/process';
import { type Clock, systemClock } from '../cluster/wait';
import { partsOfStart, type TimedPart } from './timings';

/** A stream that is read from a terminal, or not. */
export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

/** A stream that is shown on a terminal, or not. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** What the commands use of the machine that they run on, and the clusters that they reach from it. */
export interface System {
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
  readonly clock: Clock;
  readonly clients: ClusterClients;
  /** The parts of this run up to now, when its command begins. */
  partsOfStart(): readonly TimedPart[];
}

/** This process, with the user's kubectl and Helm. */
export const processSystem: System = {
  variables: process.env,
  // A command that asks nothing leaves it alone.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  clock: systemClock,
  clients: createCommandLineClients(createProcessRunner(process.env)),
  partsOfStart,
};

/** Prints a line of a command's result. */
export function print({ stdout }: Pick<System, 'stdout'>, line: string): void {
  stdout.write(`${line}\n`);
}

/** Prints a line beside the result: an error or a warning. */
export function printError({ stderr }: Pick<System, 'stderr'>, line: string): void {
  stderr.write(`${line}\n`);
}

/**
 * Formats rows as a table for people.
 * @param options @default - lines between rows and columns, every column aligned left
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  options: TableConstructorOptions = {},
): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] }, ...options });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
