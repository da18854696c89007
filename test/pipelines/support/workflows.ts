import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { project } from '../../support/manifests';

/** A workflow of GitHub Actions: what these tests read of it. */
export interface Workflow {
  readonly on: {
    readonly workflow_call?: { readonly inputs: Readonly<Record<string, { readonly required?: boolean }>> };
  };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What runs one at a time, and whether a newer one ends it; an expression where it depends. */
export interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean | string;
}

export interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string | { readonly name: string; readonly url: string };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

const folder = join(project, '.github/workflows');

/** Text of every workflow, by its file. */
export const workflowTexts: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
);

/** A workflow by its file. */
export function workflow(file: string): Workflow {
  return parse(workflowTexts[file] ?? '');
}

/** Every job of every workflow, with where it stands. */
export const jobs: readonly (Job & { readonly where: string })[] = Object.keys(workflowTexts).flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([name, job]) => ({ where: `${file} ${name}`, ...job })),
);

/** Every step of every job, with where it stands. */
export const steps: readonly (Step & { readonly where: string })[] = jobs.flatMap(({ where, steps = [] }) =>
  steps.map((step, index) => ({ where: `${where} ${step.name ?? step.uses ?? step.run ?? index}`, ...step })),
);

/** The value of an expression of GitHub's, whose language is JavaScript's but for its `*`, as far as ours go. */
export function evaluate(expression: string, contexts: Readonly<Record<string, unknown>>): unknown {
  const script = expression.replace(/([\w.]+)\.\*\.(\w+)/g, 'Object.values($1).map(({ $2 }) => $2)');
  return runInNewContext(script, {
    startsWith: (text: string, start: string) => text.startsWith(start),
    contains: (list: readonly string[], item: string) => list.includes(item),
    format: (text: string, value: string) => text.replace('{0}', value),
    always: () => true,
    cancelled: () => false,
    ...contexts,
  });
}

/** A text with the values of the expressions in it. */
export function filledIn(text: string, contexts: Readonly<Record<string, unknown>>): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => String(evaluate(expression, contexts)));
}

/** The script of a step, with its own variables put in. */
export function script({ run = '', env = {} }: Step, contexts: Readonly<Record<string, unknown>>): string {
  return run.replace(/\$([A-Z_]+)/g, (_, name: string) => filledIn(env[name] ?? '', contexts));
}

/** The jobs of a workflow that run, if one of them fails or none does. */
export function runningJobs(
  { jobs }: Workflow,
  contexts: Readonly<Record<string, unknown>>,
  failing?: string,
): string[] {
  const results: Record<string, 'success' | 'failure' | 'skipped'> = {};
  for (const [name, job] of Object.entries(jobs)) {
    const needs = [job.needs ?? []].flat();
    const needed = Object.fromEntries(needs.map((need) => [need, { result: results[need] }]));
    // Without such a word in its condition, a job runs only after jobs that succeeded.
    const asked = /\b(always|cancelled|failure)\(\)/.test(job.if ?? '');
    const inOrder = asked || needs.every((need) => results[need] === 'success');
    const runs = inOrder && evaluate(job.if ?? 'true', { ...contexts, needs: needed });
    results[name] = runs ? (name === failing ? 'failure' : 'success') : 'skipped';
  }
  return Object.keys(results).filter((name) => results[name] !== 'skipped');
}
