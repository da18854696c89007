import { schemaProblems, UsageError } from '../platform/errors';
import { preview } from '../platform/preview';
import { dnsLabel } from '../platform/settings/formats';
import type { VezaProject } from './arguments';
import type { System } from './system';

const millisecondsPerDay = 86_400_000;

/**
 * The project with the preview that VEZA_PREVIEW names, so that every command knows it like the environments that are stated.
 * It is made anew at each call, and its last day counts from today.
 * @throws UsageError if the project states no previews, or the name is none or another's
 * @throws ValidationError if something in it belongs to an environment that it has to be apart from
 */
export function withRequestedPreview(
  project: VezaProject,
  { variables, clock }: Pick<System, 'variables' | 'clock'>,
): VezaProject {
  const { VEZA_PREVIEW: name } = variables;
  if (name === undefined) return project;
  const { environments, previews } = project;
  if (previews === undefined) {
    throw new UsageError('VEZA_PREVIEW: the project states no previews; hand previews to runVeza in main.ts');
  }
  const problems = schemaProblems(dnsLabel, name, 'VEZA_PREVIEW');
  if (environments.some((environment) => environment.name === name)) {
    problems.push(`VEZA_PREVIEW: "${name}" is an environment already; choose another name`);
  }
  if (problems.length > 0) throw new UsageError(...problems);
  const { base, days, ...options } = previews;
  const expires = new Date(clock.now() + days * millisecondsPerDay).toISOString().slice(0, 10);
  return { ...project, environments: [...environments, preview(base, name, { ...options, expires })] };
}
