import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { listServiceLinks } from '../../manifests/service-links';
import { findRepeated } from '../common-findings';
import { exampleContainer, type Rule } from '../rule';

/** A `$(NAME)` in a variable, command or argument of a container. */
interface VariableReference {
  readonly at: Cursor;
  readonly variable: string;
  /** Position of the variable in `env` that contains it; undefined in commands and arguments. */
  readonly position: number | undefined;
}

/** `$(NAME)`, but not `$$(NAME)`, which Kubernetes leaves as `$(NAME)`. Shells have their own meaning of lower case. */
const reference = /(\$+)\(([A-Z_][A-Z0-9_]*)\)/g;

/** The references of a container that Kubernetes would replace. */
export function listVariableReferences({ at, env }: Container): VariableReference[] {
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
export function readImportedVariables(
  set: ManifestSet,
  { at, pod: { namespace } }: Container,
): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const source of at.items('envFrom')) {
    const [kind, field] = source.has('secretRef')
      ? (['Secret', 'secretRef'] as const)
      : (['ConfigMap', 'configMapRef'] as const);
    const found = set.keySources.find(kind, namespace, source.text(field, 'name') ?? '');
    if (found === undefined || found.hasUnknownKeys) return undefined;
    for (const key of found.keys) names.add(`${source.text('prefix') ?? ''}${key}`);
  }
  return names;
}

export const variableOrder: Rule = {
  name: 'variable-order',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A variable that uses $(OTHER), although OTHER is stated below it.',
  why: 'Kubernetes replaces only what stands above: the process gets the characters $(OTHER).',
  fix: 'Move OTHER above the variables that use it.',
  example: `${exampleContainer}
      env:
        - { name: DB_URL, value: "postgres://$(DB_HOST)/shop" }
        - { name: DB_HOST, value: db.example.org }
`,
  *check(set) {
    for (const container of set.containers) {
      const references = listVariableReferences(container).filter(({ position }) => position !== undefined);
      if (references.length === 0) continue;
      const imported = readImportedVariables(set, container);
      if (imported === undefined) continue;
      const names = container.env.map((entry) => entry.text('name') ?? '');
      for (const { at, variable, position = 0 } of references) {
        const stated = names.indexOf(variable);
        if (stated < position || imported.has(variable)) continue;
        const where = stated === position ? 'itself' : `${variable}, which is stated below it`;
        yield {
          at,
          message: `the value uses ${where}: $(${variable}) stays as it is`,
          remedy: `state ${variable} above it`,
        };
      }
    }
  },
};

/** Variables that the kubelet sets for Services, which need not be in the set. */
const ofServices = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

export const unsetVariables: Rule = {
  name: 'unset-variables',
  class: 'note',
  isAboutMissing: true,
  finds: 'A $(NAME) in a variable, command or argument of a container that no variable of it has.',
  why: 'Kubernetes leaves it as it is: the process gets the characters $(NAME).',
  fix: 'Correct the name, or state the variable. Write $$(NAME) if the characters are meant.',
  example: `${exampleContainer}
      args: [--listen=$(POD_IP)]
      env: [{ name: POD_ID, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]
`,
  *check(set) {
    for (const container of set.containers) {
      const references = listVariableReferences(container);
      const imported = references.length === 0 ? undefined : readImportedVariables(set, container);
      if (imported === undefined) continue;
      const stated = new Set([...container.env.map((entry) => entry.text('name') ?? ''), ...imported]);
      const links = listServiceLinks(set, container.pod);
      for (const { at, variable } of references) {
        if (stated.has(variable) || links.has(variable) || ofServices.test(variable)) continue;
        yield {
          at,
          message: `no variable of the container is ${variable}: $(${variable}) stays as it is`,
          remedy: `correct the name, or state the variable, or write $$(${variable}) if the characters are meant`,
        };
      }
    }
  },
};

export const uniqueEnv: Rule = {
  name: 'unique-env',
  class: 'broken',
  finds: 'A variable that a container defines twice.',
  why: 'The first value is silently lost.',
  fix: 'Remove one of the two definitions.',
  example: `${exampleContainer}
      env: [{ name: LOG_LEVEL, value: info }, { name: LOG_LEVEL, value: debug }]
`,
  *check(set) {
    for (const { env } of set.containers) {
      const nameOf = (entry: Cursor) => entry.text('name') ?? '';
      yield* findRepeated(env, nameOf, (name) => `${name} is set twice`, 'remove one of the two');
    }
  },
};
