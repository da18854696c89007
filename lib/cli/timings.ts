import { performance } from 'node:perf_hooks';
import type { Clock } from '../cluster/wait';

/** A part of the work of a command that has ended. */
export interface TimedPart {
  readonly part: string;
  /** Milliseconds that it took. */
  readonly milliseconds: number;
}

/** Marks on the time line of the process: `bundle.js` runs the bundle; a change began that `watch.js` runs the app for. */
const marks = { run: 'veza: run', start: 'veza: start' } as const;

/** Where the time of one run of a command goes. */
export class Timings {
  private readonly parts: TimedPart[];
  private readonly startedAt: number;

  /** @param before parts that ended before the command began */
  constructor(
    private readonly clock: Pick<Clock, 'elapsed'>,
    before: readonly TimedPart[] = [],
  ) {
    this.parts = [...before];
    this.startedAt = clock.elapsed() - sum(before);
  }

  /** Does a part of the work and returns what it returns. */
  readonly measure = <T>(part: string, work: () => T): T => {
    const start = this.clock.elapsed();
    const result = work();
    this.parts.push({ part, milliseconds: this.clock.elapsed() - start });
    return result;
  };

  /** Milliseconds since the run began. */
  total(): number {
    return this.clock.elapsed() - this.startedAt;
  }

  /** A table of the parts in their order, of what none of them accounts for, and of the whole. */
  lines(): string[] {
    const all = this.total();
    const row = ({ part, milliseconds }: TimedPart) =>
      `${milliseconds.toFixed(0).padStart(6)} ms ${((milliseconds / all) * 100 || 0).toFixed(0).padStart(3)} %  ${part}`;
    const rest = { part: 'the rest', milliseconds: all - sum(this.parts) };
    return [...this.parts, rest, { part: 'in all', milliseconds: all }].map(row);
  }
}

/** The parts of this run until its command begins, which is now. The run began with the process, or with a change. */
export function partsOfStart(): TimedPart[] {
  const now = performance.now();
  const change = lastMark(marks.start);
  if (change !== undefined) return [{ part: 'see the change and load what it concerns', milliseconds: now - change }];
  const nodeStarted = performance.nodeTiming.bootstrapComplete;
  const run = lastMark(marks.run) ?? nodeStarted;
  return [
    { part: 'start Node.js', milliseconds: nodeStarted },
    { part: 'read or make the bundle', milliseconds: run - nodeStarted },
    { part: 'load libraries, contracts and environments', milliseconds: now - run },
  ].filter(({ milliseconds }) => milliseconds > 0);
}

function lastMark(name: string): number | undefined {
  return performance.getEntriesByName(name).at(-1)?.startTime;
}

function sum(parts: readonly TimedPart[]): number {
  return parts.reduce((total, { milliseconds }) => total + milliseconds, 0);
}
