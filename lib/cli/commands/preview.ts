import type { Command } from 'commander';
import { deleteExpiredPreviews, deletePreview, type PreviewContext } from '../../operations/previews/delete-previews';
import { schemaProblems, UsageError } from '../../platform/errors';
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
  const problems = schemaProblems(dnsLabel, text, 'name');
  if (problems.length > 0) throw new UsageError(...problems);
  return text;
}
