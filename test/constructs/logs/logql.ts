import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';

const { parser }: { parser: LRParser } = require('@grafana/lezer-logql');

/** The labels that a query names. */
export interface LogQuery {
  /** In braces: labels of streams. */
  readonly stream: readonly string[];
  /** Behind a bar, or in `by (…)`: labels of streams, or what is stored with each line. */
  readonly others: readonly string[];
}

/**
 * Reads the labels of a query. Grafana's variables for durations are replaced; the others stand in strings.
 * @throws Error if it is no LogQL
 */
export function readLogQuery(query: string): LogQuery {
  const text = query.replace(/\$__\w+/g, '5m');
  const [stream, others]: [string[], string[]] = [[], []];
  parser.parse(text).iterate({
    enter: ({ node, type, from }) => {
      if (type.isError) throw new Error(`no LogQL at ${from}: ${text}`);
      const name = text.slice(node.from, node.to);
      if (type.name === 'Identifier' && node.parent?.name === 'Matcher') {
        (isBelow(node, 'LabelFilter') ? others : stream).push(name);
      }
      if (type.name === 'Identifier' && node.parent?.name === 'Labels') others.push(name);
    },
  });
  return { stream, others };
}

function isBelow(node: SyntaxNode, name: string): boolean {
  return node.parent !== null && (node.parent.name === name || isBelow(node.parent, name));
}
