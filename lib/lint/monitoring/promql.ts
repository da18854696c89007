import { rememberTexts } from '../../manifests/remember';
import { parsePromql, type SyntaxNode } from '../../platform/promql';

/** Stands for a dashboard variable in a name, such as `$metric` in `rate($metric[5m])`. */
const unknownName = '__variable__';

/**
 * Reads the names of the metrics that a PromQL expression selects, of those that are looked for.
 * Dashboard variables may stand in it. A text that is not PromQL, such as a query of logs, selects no metric.
 * @param isSought whether a name is looked for; to parse an expression takes a hundred times as long as to see that no word
 * of it is
 */
export function readMetricNames(expression: string, isSought: (name: string) => boolean): readonly string[] {
  const text = withoutLabelValues(expression);
  return text.includes('#') || possibleNames(text).some(isSought) ? namesIn(text).filter(isSought) : [];
}

/** What is a word but never the name of a metric: operators behind an operand, and the words of modifiers. */
const operators = /([\])"]\s*|[\w:]\s+)(?:and|or|unless)(?![\w:])/g;
const modifier = /^(?:offset|bool|on|ignoring|group_left|group_right)$/;

/**
 * All that may be the name of a metric, by the look of it: quoted texts, and words that are no call, no label and no
 * variable. A text with a comment is not read so.
 */
const possibleNames = rememberTexts((expression): readonly string[] => {
  const quoted: string[] = [];
  const bare = expression.replace(literals, (literal) => {
    quoted.push(unquote(literal));
    return '""';
  });
  const words = bare
    .replace(/\{[^{}]*\}/g, ')')
    .replace(labelLists, ' ')
    .replace(operators, '$1 / ')
    .match(/(?<![\w:$])[A-Za-z_:][\w:]*(?!\s*[\w:(])/g);
  return [...quoted, ...(words ?? [])].filter((name) => name !== '' && !modifier.test(name));
});

const namesIn = rememberTexts((expression): readonly string[] => {
  const text = replaceVariables(expression);
  const names = new Set<string>();
  let isPromql = true;
  parsePromql(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) isPromql = false;
      const name = node.name === 'VectorSelector' ? metricOf(node, text) : undefined;
      if (name !== undefined && !name.includes(unknownName)) names.add(name);
    },
  });
  return isPromql ? [...names] : [];
});

/** Name of the metric: in front of the braces, or in them as a quoted name or a matcher of `__name__`. */
function metricOf(selector: SyntaxNode, text: string): string | undefined {
  const read = (node: SyntaxNode | null) => (node === null ? undefined : text.slice(node.from, node.to));
  const identifier = read(selector.getChild('Identifier'));
  if (identifier !== undefined) return identifier;
  const matchers = selector.getChild('LabelMatchers');
  const quoted = read(matchers?.getChild('QuotedLabelName') ?? null);
  if (quoted !== undefined) return unquote(quoted);
  const byName = matchers
    ?.getChildren('UnquotedLabelMatcher')
    .find((matcher) => read(matcher.getChild('LabelName')) === '__name__' && read(matcher.getChild('MatchOp')) === '=');
  const value = read(byName?.lastChild ?? null);
  return value === undefined ? undefined : unquote(value);
}

function unquote(literal: string): string {
  return literal.slice(1, -1);
}

const matcherValue = /(\b(?!__name__\b)\w+\s*(?:=~|!~|!=|=)\s*)?("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`)/g;

/**
 * Empties what labels are compared with. The same expression stands in every environment and for every service, with other
 * values, and is parsed once. A comment may have a quotation mark that begins no literal.
 */
const withoutLabelValues = rememberTexts((expression): string => {
  if (expression.includes('#')) return expression;
  return expression.replace(matcherValue, (token: string, matcher: string | undefined) =>
    matcher === undefined ? token : `${matcher}""`,
  );
});

/** Grafana's variables: `$name`, `${name:format}`, `[[name]]`. */
const variable = /\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\]/.source;
const stringLiteral = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/.source;
const literals = new RegExp(stringLiteral, 'g');
const tokens = new RegExp(`(${stringLiteral})|([\\w:]*(?:${variable})[\\w:]*(?:${variable}|[\\w:])*)`, 'g');
const labelLists = /\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/gi;

/** Puts something of PromQL in the place of variables: a duration is one for a number as well. */
function replaceVariables(expression: string): string {
  if (!/\$|\[\[/.test(expression)) return expression;
  const labelled = expression.replace(labelLists, (list) => list.replace(new RegExp(variable, 'g'), unknownName));
  return labelled.replace(tokens, (token: string, literal: string | undefined, _: string, offset: number) => {
    if (literal !== undefined) return literal;
    const isWhole = new RegExp(`^(?:${variable})$`).test(token);
    const isSelector = /^\s*[{[]/.test(labelled.slice(offset + token.length));
    return isWhole && !isSelector ? '5m' : unknownName;
  });
}
