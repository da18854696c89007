import type { Command } from 'commander';
import { deleteExpiredPreviews, deletePreview, type PreviewContext } from '../../operations/previews/delete-previews';
import { findSchemaProblems, UsageError } from '../../platform/errors';
import { preview } from '../../platform/preview';
import { dnsLabel } from '../../platform/settings/formats';
import { addExamples, type VezaProject } from '../arguments';
import { runInCluster } from '../run-command';
import { print, type System } from '../system';

/** Adds `veza preview delete` and `veza preview sweep` to a project that states how previews are made. */
export function addPreviewCommands(program: Command, project: VezaProject, system: System): void {
  const { platform, previews } = project;
  if (previews === undefined) return;
  const work = (operation: (context: PreviewContext) => Promise<void>) =>
    runInCluster(system, previews.base, (context) =>
      operation({ ...context, platform, print: (line) => print(system, line) }),
    );
  const preview = program
    .command('preview')
    .description(
      'Delete preview environments. VEZA_PREVIEW=<name> adds one to the environments of every other command.',
    );
  const remove = preview
    .command('delete')
    .description('Delete a preview environment with everything in it, whatever its last day.')
    .argument('<name>', 'name of the preview, such as pr-123', parseName)
    .action((name: string) => work((context) => deletePreview(context, name)));
  addExamples(remove, 'preview delete pr-123');
  const sweep = preview
    .command('sweep')
    .description('Delete every preview environment whose last day is over.')
    .action(() => work(deleteExpiredPreviews));
  addExamples(sweep, 'preview sweep');
}

function parseName(text: string): string {
  const problems = findSchemaProblems(dnsLabel, text, 'name');
  if (problems.length > 0) throw new UsageError(...problems);
  return text;
}

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
  const problems = findSchemaProblems(dnsLabel, name, 'VEZA_PREVIEW');
  if (environments.some((environment) => environment.name === name)) {
    problems.push(`VEZA_PREVIEW: "${name}" is an environment already; choose another name`);
  }
  if (problems.length > 0) throw new UsageError(...problems);
  const { base, days, ...options } = previews;
  const expires = new Date(clock.now() + days * millisecondsPerDay).toISOString().slice(0, 10);
  return { ...project, environments: [...environments, preview(base, name, { ...options, expires })] };
}
