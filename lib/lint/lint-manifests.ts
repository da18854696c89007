import { Cursor } from '../manifests/cursor';
import { Manifest } from '../manifests/manifest';
import { ManifestSet } from '../manifests/manifest-set';
import { parseAssumption } from '../manifests/unknown-objects';
import type { Finding, Rule, RuleContext, Violation } from './rule';
import { findRule, type RuleSelection, selectRules } from './rules';

export interface CheckOptions extends RuleContext, RuleSelection {
  /**
   * Objects outside the set, as `Secret/<namespace>/<name>[/<key>]`.
   * @default - none
   */
  readonly assume?: readonly string[];
  /**
   * Exceptions in addition to those that annotations of the objects state.
   * @default - none
   */
  readonly exceptions?: readonly StatedException[];
}

/** Checks a set of plain Kubernetes objects. Findings come in the order of the rules. */
export function lintManifests(objects: readonly unknown[], options: CheckOptions): Finding[] {
  return lintSet(new ManifestSet(objects, options.assume?.map(parseAssumption)), options);
}

/** Checks a set that has been indexed already. */
export function lintSet(set: ManifestSet, options: CheckOptions): Finding[] {
  const active = selectRules(options);
  const findings = active.flatMap((rule) => findingsOf(rule, set, options));
  return applyExceptions(set, active, findings, options.exceptions);
}

function findingsOf(rule: Rule, set: ManifestSet, context: RuleContext): Finding[] {
  if (rule.isAboutMissing && set.isKustomizeInput) return [];
  return Array.from(rule.check(set, context))
    .filter((violation) => !isFilledIn(violation))
    .map(({ at, message, remedy }) => ({
      rule: rule.name,
      class: rule.class,
      object: at.root instanceof Manifest ? at.root.id : rule.name,
      path: at.path,
      at,
      message,
      remedy,
    }));
}

/** A variable of envsubst or of Flux. */
const variable = /\$\{[A-Za-z_]\w*[^}\n]*\}/;

/** Whether what is wrong is a value, or a name in it, that something such as Flux fills in when it applies the object. */
function isFilledIn({ at: { value }, message }: Violation): boolean {
  return variable.test(message) || (typeof value === 'string' && !value.includes('\n') && variable.test(value));
}

/**
 * `integrity.veza.app/except-<rule>: <reason>` on an object excepts it from a rule. The annotation travels with the
 * object, so that every check of the YAML applies the same exceptions as the synth.
 */
const prefix = 'integrity.veza.app/except-';

/** An exception that stands outside of the objects, such as in a configuration file. */
interface StatedException {
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
function applyExceptions(
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
      return { at, object: object.id, stated, rule: findRule(stated)?.name };
    });
}

function statedException({ rule, object, reason }: StatedException): Exception {
  return { at: new Cursor(reason), object, stated: rule, rule: findRule(rule)?.name };
}

function finding({ at, object }: Exception, message: string, remedy = 'remove the exception'): Finding[] {
  return [{ rule: 'exceptions', class: 'policy', object, path: at.path, at, message, remedy }];
}

function idOf(object: string, rule: string): string {
  return `${object} ${rule}`;
}
