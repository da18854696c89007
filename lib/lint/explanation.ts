import type { Rule } from './rule';

/** Writes what a rule finds, why, and how to fix it, for a terminal. */
export function explainRule({ name, formerNames = [], class: ruleClass, documentation }: Rule): string {
  const { finds, why, fix, example } = documentation;
  return [
    `${name} (${ruleClass})`,
    '',
    finds,
    '',
    `Why: ${why}`,
    `Fix: ${fix}`,
    ...(formerNames.length === 0 ? [] : [`Former names: ${formerNames.join(', ')}`]),
    ...(example === undefined ? [] : ['', 'Example of what it finds:', '', ...example.trim().split('\n').map(indent)]),
  ].join('\n');
}

function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
