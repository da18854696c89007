import { isIP } from 'node:net';
import { parseCIDR } from 'ipaddr.js';

/** What is used here of the package, whose own types are of ECMAScript modules, which no CommonJS file can import. */
interface CelEnvironment {
  registerVariable(name: string, type: string): CelEnvironment;
  registerFunction(signature: string, handler: (...values: never[]) => unknown): CelEnvironment;
  parse(text: string): Expression & { check(): { readonly valid: boolean; readonly error?: Error } };
}

const { Environment }: { Environment: new (options: object) => CelEnvironment } = require('@marcbachmann/cel-js');

/** A compiled expression. */
export type Expression = (variables: Readonly<Record<string, unknown>>) => unknown;

/**
 * Compiles expressions of the Common Expression Language as the API server does, for variables of any type.
 * Kubernetes adds functions to the language; those that expressions here use are in `kubernetesFunctions`.
 *
 * @throws Error for a variable or function that is unknown, even where evaluation would not reach it
 */
export function createCompiler(variables: readonly string[]): (text: string) => Expression {
  const environment = kubernetesFunctions(
    new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
  );
  for (const name of variables) environment.registerVariable(name, 'dyn');
  const compiled = new Map<string, Expression>();
  return (text) => {
    const known = compiled.get(text);
    if (known) return known;
    const expression = compile(environment, text);
    compiled.set(text, expression);
    return expression;
  };
}

function compile(environment: CelEnvironment, text: string): Expression {
  const expression = parse(environment, withoutIndexInHas(text));
  const { valid, error } = expression.check();
  if (!valid) throw new Error(`CEL expression ${JSON.stringify(text)}: ${error?.message}`);
  return (values) => expression(values);
}

function parse(environment: CelEnvironment, text: string) {
  try {
    return environment.parse(text);
  } catch (error) {
    throw new Error(`CEL expression ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}

/** The package refuses `has(list[0].field)`, which the language allows; `in` asks the same. */
function withoutIndexInHas(text: string): string {
  return text.replace(/\bhas\(([\w.]+(?:\[\d+\][\w.]*)*\[\d+\])\.(\w+)\)/g, "('$2' in $1)");
}

function kubernetesFunctions(environment: CelEnvironment): CelEnvironment {
  return environment
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('string.find(string): string', (text: string, pattern: string) => text.match(pattern)?.[0] ?? '')
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, to),
    );
}

function isCidr(text: string): boolean {
  try {
    return parseCIDR(text) !== undefined;
  } catch {
    return false;
  }
}
