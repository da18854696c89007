import type { Cursor } from '../manifests/cursor';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Finding, Rule } from './rule';

/**
 * `integrity.veza.app/except-<rule>: <reason>` on an object excepts it from a rule. It is stated where the object is
 * made and travels with it, so that whoever reads or checks the YAML sees the same exceptions as the synthesizer.
 */
const prefix = 'integrity.veza.app/except-';

interface Exception {
  readonly at: Cursor;
  readonly object: Manifest;
  readonly rule: string;
}

/** What is left of the findings, and what is wrong with the exceptions themselves. */
export function applyExceptions(
  set: ManifestSet,
  all: readonly Rule[],
  active: readonly Rule[],
  findings: readonly Finding[],
): Finding[] {
  const exceptions = set.objects.flatMap(exceptionsOf);
  if (exceptions.length === 0) return [...findings];
  const excepted = new Set(exceptions.map(({ object, rule }) => idOf(object.id, rule)));
  const found = new Set(findings.map(({ object, rule }) => idOf(object, rule)));
  const known = new Set(all.map(({ name }) => name));
  const judged = new Set(active.map(({ name }) => name));
  return [
    ...findings.filter(({ object, rule }) => !excepted.has(idOf(object, rule))),
    ...exceptions.flatMap((exception) => {
      const { object, rule, at } = exception;
      if (!known.has(rule)) return finding(exception, `there is no rule "${rule}"`);
      if (at.value === '') return finding(exception, 'the exception states no reason', 'state the reason as the value');
      if (judged.has(rule) && !found.has(idOf(object.id, rule))) {
        return finding(exception, 'the exception no longer applies: the rule finds nothing here');
      }
      return [];
    }),
  ];
}

function exceptionsOf(object: Manifest): Exception[] {
  return object
    .at('metadata', 'annotations')
    .entries()
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, at]) => ({ at, object, rule: key.slice(prefix.length) }));
}

function finding({ at, object }: Exception, message: string, remedy = 'remove the annotation'): Finding[] {
  return [{ rule: 'exceptions', class: 'policy', object: object.id, path: at.path, message, remedy }];
}

function idOf(object: string, rule: string): string {
  return `${object} ${rule}`;
}
