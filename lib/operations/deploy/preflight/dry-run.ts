import { isUserError, type Kubectl } from '../../../cluster/kubectl';
import type { Problem } from '../../../platform/errors';
import { UsageError } from '../../../platform/errors';
import type { KubernetesManifest } from '../../../synth/render-environment';

/** Who Helm is to the API server. Its fields are compared with those that it wrote before. */
export const fieldManager = '--field-manager=helm';

/** Objects as kubectl reads them from its input: a line each. For a List of them it would fetch the server's whole schema. */
export function toKubectlInput(objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** Namespaces that objects are to lie in and that do not exist. */
export async function missingNamespaces(kubectl: Kubectl, objects: readonly KubernetesManifest[]): Promise<string[]> {
  const names = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const found = await Promise.all(names.map((name) => kubectl.find(`namespace/${name}`)));
  return names.filter((_, index) => found[index] === undefined);
}

/**
 * What the API server would refuse: every object is sent to it, and none is kept. By server-side apply it refuses a field
 * that it does not know by itself, so that kubectl need not fetch its schemas, nor list the custom resource definitions.
 * @throws UsageError if the user may not do this
 */
export async function dryRunProblems(kubectl: Kubectl, objects: readonly KubernetesManifest[]): Promise<Problem[]> {
  const flags = ['--server-side', '--force-conflicts', '--dry-run=server', '--validate=false', fieldManager];
  const answer = await kubectl.ask(['apply', ...flags, '--filename=-'], { input: toKubectlInput(objects) });
  if (answer.status === 0) return [];
  // A refusal to grant what the user does not hold goes on in lines that begin with a rule.
  const text = answer.stderr.replaceAll(/\n(?=\{)/g, ' ');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  const problems = [...new Set(lines.map((line) => `the API server refuses: ${line.trim()}`))];
  if (lines.every(isUserError)) throw new UsageError(...problems);
  return problems;
}
