import type { Cursor } from '../manifests/cursor';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Finding, Rule } from './rule';

/**
 * `integrity.veza.app/except-<rule>: <reason>` on an object excepts it from a rule. The annotation travels with the
 * object, so that every check of the YAML applies the same exceptions as the synth.
 */
const prefix = 'integrity.veza.app/except-';

interface Exception {
  readonly at: Cursor;
  readonly object: Manifest;
  /** Name of the rule as the annotation states it. */
  readonly stated: string;
  /** Current name of the rule; undefined if there is no such rule. */
  readonly rule: string | undefined;
}

/** Removes the excepted findings, and adds a finding for each exception that is not valid. */
export function applyExceptions(
  set: ManifestSet,
  all: readonly Rule[],
  active: readonly Rule[],
  findings: readonly Finding[],
): Finding[] {
  const currentNames = new Map(
    all.flatMap(({ name, formerNames = [] }) => [name, ...formerNames].map((n) => [n, name])),
  );
  const exceptions = set.objects.flatMap((object) => exceptionsOf(object, currentNames));
  if (exceptions.length === 0) return [...findings];
  const excepted = new Set(exceptions.map(({ object, rule }) => idOf(object.id, rule ?? '')));
  const found = new Set(findings.map(({ object, rule }) => idOf(object, rule)));
  const activeNames = new Set(active.map(({ name }) => name));
  return [
    ...findings.filter(({ object, rule }) => !excepted.has(idOf(object, rule))),
    ...exceptions.flatMap((exception) => {
      const { object, rule, at } = exception;
      if (rule === undefined) return finding(exception, `there is no rule "${exception.stated}"`);
      if (at.value === '') return finding(exception, 'the exception states no reason', 'state the reason as the value');
      if (activeNames.has(rule) && !found.has(idOf(object.id, rule))) {
        return finding(exception, 'the exception no longer applies: the rule finds nothing here');
      }
      return [];
    }),
  ];
}

function exceptionsOf(object: Manifest, currentNames: ReadonlyMap<string, string>): Exception[] {
  return object
    .at('metadata', 'annotations')
    .entries()
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, at]) => {
      const stated = key.slice(prefix.length);
      return { at, object, stated, rule: currentNames.get(stated) };
    });
}

function finding({ at, object }: Exception, message: string, remedy = 'remove the annotation'): Finding[] {
  return [{ rule: 'exceptions', class: 'policy', object: object.id, path: at.path, message, remedy }];
}

function idOf(object: string, rule: string): string {
  return `${object} ${rule}`;
}
