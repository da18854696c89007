import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';

/** A `$(NAME)` in a variable, command or argument of a container. */
export interface VariableReference {
  readonly at: Cursor;
  readonly variable: string;
  /** Position of the variable in `env` that contains it; undefined in commands and arguments. */
  readonly position: number | undefined;
}

/** `$(NAME)`, but not `$$(NAME)`, which Kubernetes leaves as `$(NAME)`. Shells have their own meaning of lower case. */
const reference = /(\$+)\(([A-Z_][A-Z0-9_]*)\)/g;

/** The references of a container that Kubernetes would replace. */
export function variableReferences({ at, env }: Container): VariableReference[] {
  const places = [
    ...env.map((entry, position) => ({ at: entry, text: entry.text('value'), position })),
    ...[...at.items('command'), ...at.items('args')].map((arg) => ({ at: arg, text: arg.text(), position: undefined })),
  ];
  return places.flatMap(({ at, text, position }) =>
    text?.includes('$(')
      ? [...text.matchAll(reference)]
          .filter(([, dollars = '']) => dollars.length % 2 === 1)
          .map(([, , variable = '']) => ({ at, variable, position }))
      : [],
  );
}

/** The variables that `envFrom` gives a container; undefined where some are not known. */
export function importedVariables(
  set: ManifestSet,
  { at, pod: { namespace } }: Container,
): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const source of at.items('envFrom')) {
    const [kind, field] = source.at('secretRef').exists
      ? (['Secret', 'secretRef'] as const)
      : (['ConfigMap', 'configMapRef'] as const);
    const found = set.keySources.find(kind, namespace, source.text(field, 'name') ?? '');
    if (found === undefined || found.hasUnknownKeys) return undefined;
    for (const key of found.keys) names.add(`${source.text('prefix') ?? ''}${key}`);
  }
  return names;
}
