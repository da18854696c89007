import { Cursor } from '../manifests/cursor';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Finding, Rule } from './rule';
import { ruleNamed } from './rule-selection';

/**
 * `integrity.veza.app/except-<rule>: <reason>` on an object excepts it from a rule. The annotation travels with the
 * object, so that every check of the YAML applies the same exceptions as the synth.
 */
const prefix = 'integrity.veza.app/except-';

/** An exception that stands outside of the objects, such as in a configuration file. */
export interface StatedException {
  /** Name of the rule, or a former one. */
  readonly rule: string;
  /** The object as findings name it: `shop Deployment/web`. */
  readonly object: string;
  readonly reason: string;
}

interface Exception {
  /** The annotation; a place outside of the objects where it stands elsewhere. */
  readonly at: Cursor;
  readonly object: string;
  /** Name of the rule as the annotation states it. */
  readonly stated: string;
  /** Current name of the rule; undefined if there is no such rule. */
  readonly rule: string | undefined;
}

/** Removes the excepted findings, and adds a finding for each exception that is not valid. */
export function applyExceptions(
  set: ManifestSet,
  active: readonly Rule[],
  findings: readonly Finding[],
  stated: readonly StatedException[] = [],
): Finding[] {
  const exceptions = [...set.objects.flatMap(exceptionsOf), ...stated.map(statedException)];
  if (exceptions.length === 0) return [...findings];
  const excepted = new Set(exceptions.map(({ object, rule }) => idOf(object, rule ?? '')));
  const found = new Set(findings.map(({ object, rule }) => idOf(object, rule)));
  const activeNames = new Set(active.map(({ name }) => name));
  return [
    ...findings.filter(({ object, rule }) => !excepted.has(idOf(object, rule))),
    ...exceptions.flatMap((exception) => {
      const { object, rule, at } = exception;
      if (rule === undefined) return finding(exception, `there is no rule "${exception.stated}"`);
      if (at.value === '') return finding(exception, 'the exception states no reason', 'state the reason as the value');
      if (activeNames.has(rule) && !found.has(idOf(object, rule))) {
        const which = at.path === '' ? `the exception from ${rule}` : 'the exception';
        return finding(exception, `${which} no longer applies: the rule finds nothing here`);
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
    .map(([key, at]) => {
      const stated = key.slice(prefix.length);
      return { at, object: object.id, stated, rule: ruleNamed(stated)?.name };
    });
}

function statedException({ rule, object, reason }: StatedException): Exception {
  return { at: new Cursor(reason), object, stated: rule, rule: ruleNamed(rule)?.name };
}

function finding({ at, object }: Exception, message: string, remedy = 'remove the exception'): Finding[] {
  return [{ rule: 'exceptions', class: 'policy', object, path: at.path, at, message, remedy }];
}

function idOf(object: string, rule: string): string {
  return `${object} ${rule}`;
}
