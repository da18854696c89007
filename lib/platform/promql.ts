/** The part of a syntax tree of @lezer/common that is read here. */
export interface SyntaxNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly type: { readonly isError: boolean };
  readonly lastChild: SyntaxNode | null;
  getChild(name: string): SyntaxNode | null;
  getChildren(name: string): SyntaxNode[];
}

/** A syntax tree, node by node. */
export interface SyntaxTree {
  iterate(visitor: { enter: (visited: { readonly node: SyntaxNode }) => void }): void;
}

/** The syntax tree of a PromQL expression. A text that is not PromQL has errors in it. */
export function parsePromql(text: string): SyntaxTree {
  // The package declares its types for ES modules only, although it can be required. Most synths need it for nothing.
  const { parser }: { readonly parser: { parse(text: string): SyntaxTree } } = require('@prometheus-io/lezer-promql');
  return parser.parse(text);
}

/** Whether a text is PromQL. */
export function isPromql(text: string): boolean {
  let isValid = true;
  parsePromql(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) isValid = false;
    },
  });
  return isValid;
}
