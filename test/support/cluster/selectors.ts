import type { KubeObject } from './objects';

type Test = (object: KubeObject) => boolean;

/** Objects that the selectors of a request ask for. */
export function selected(objects: readonly KubeObject[], query: URLSearchParams): KubeObject[] {
  const tests = testsOf(query);
  return objects.filter((object) => tests.every((test) => test(object)));
}

/** Tests of a request's `labelSelector` and `fieldSelector`. */
export function testsOf(query: URLSearchParams): Test[] {
  return [
    ...requirements(query.get('labelSelector')).map(labelTest),
    ...requirements(query.get('fieldSelector')).map(fieldTest),
  ];
}

/** Commas part requirements, unless they are within parentheses. */
function requirements(selector: string | null): string[] {
  return (selector ?? '').split(/,(?![^(]*\))/).filter((requirement) => requirement !== '');
}

function labelTest(requirement: string): Test {
  const among = /^(\S+) (in|notin) \(([^)]*)\)$/.exec(requirement.trim());
  if (among) {
    const [, name = '', operator, values = ''] = among;
    const listed = values.split(',').map((value) => value.trim());
    return ({ metadata }) => listed.includes(metadata.labels?.[name] ?? '') === (operator === 'in');
  }
  const [, name = '', operator, value] = /^([^!=]+)(?:(!=|==?)(.*))?$/.exec(requirement.trim()) ?? [];
  if (operator === undefined && requirement.startsWith('!')) {
    return ({ metadata }) => metadata.labels?.[requirement.slice(1)] === undefined;
  }
  if (operator === undefined) return ({ metadata }) => metadata.labels?.[name] !== undefined;
  return ({ metadata }) => (metadata.labels?.[name] === value) === (operator !== '!=');
}

function fieldTest(requirement: string): Test {
  const [, path = '', operator, value] = /^([^!=]+)(!=|==?)(.*)$/.exec(requirement) ?? [];
  return (object) => (String(valueAt(object, path.split('.')) ?? '') === value) === (operator !== '!=');
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], object);
}
