import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';

// Its types are declared for an ES module alone, though it can be required.
const { parser }: { parser: LRParser } = require('@prometheus-io/lezer-promql');

/** What an expression reads: a metric, and how. */
export interface Selector {
  readonly metric: string;
  /** Labels that are compared, by whatever operator. */
  readonly matched: readonly string[];
  /** Label -> what it is compared with, for those that are compared by `=`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The function whose range it is in: `rate`. None for a plain value. */
  readonly rangeFunction: string | undefined;
  /** Its range as it was written: `$__rate_interval`. */
  readonly range: string | undefined;
}

/** Durations in the place of Grafana's variables; each has a length that identifies it. */
const durations = { $__rate_interval: '241s', $__range: '3607s' } as const;

/**
 * The series that an expression reads. Grafana's variables for durations are replaced; the others stand in strings.
 * @throws Error if it is no PromQL.
 */
export function selectors(expression: string): Selector[] {
  const text = Object.entries(durations).reduce((rest, [name, value]) => rest.replaceAll(name, value), expression);
  const found: SyntaxNode[] = [];
  parser.parse(text).iterate({
    enter: ({ node, type, from }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (type.name === 'VectorSelector') found.push(node);
    },
  });
  return found.map((node) => selector(node, text));
}

/** Labels that each aggregation of an expression keeps, without `topk` and `bottomk`, which keep all. */
export function keptLabels(expression: string): string[][] {
  const text = Object.entries(durations).reduce((rest, [name, value]) => rest.replaceAll(name, value), expression);
  const kept: string[][] = [];
  parser.parse(text).iterate({
    enter: ({ node, type }) => {
      const operator = node.getChild('AggregateOp')?.firstChild?.name ?? '';
      if (type.name !== 'AggregateExpr' || /^(Topk|Bottomk)$/.test(operator)) return;
      const labels = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
      kept.push(labels.map(({ from, to }) => text.slice(from, to)));
    },
  });
  return kept;
}

function selector(node: SyntaxNode, text: string): Selector {
  const read = (part: SyntaxNode | null | undefined) => (part ? text.slice(part.from, part.to) : undefined);
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const equal = matchers.filter((matcher) => read(matcher.getChild('MatchOp')) === '=');
  const range = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
  const duration = read(range?.getChild('DurationExpr'));
  return {
    metric: read(node.getChild('Identifier')) ?? '',
    matched: matchers.map((matcher) => read(matcher.getChild('LabelName')) ?? ''),
    labels: Object.fromEntries(
      equal.map((matcher) => [read(matcher.getChild('LabelName')), JSON.parse(read(matcher.lastChild) ?? '""')]),
    ),
    rangeFunction: read(range?.parent?.parent?.getChild('FunctionIdentifier')),
    range: Object.entries(durations).find(([, value]) => value === duration)?.[0] ?? duration,
  };
}
