import ts from 'typescript';

test('every export of the public API has a docstring', () => {
  const program = ts.createProgram(['lib/index.ts'], {
    skipLibCheck: true,
    module: ts.ModuleKind.Node16,
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile('lib/index.ts');
  const module = source && checker.getSymbolAtLocation(source);
  const exports = module ? checker.getExportsOfModule(module) : [];
  const bare = exports.filter((symbol) => resolved(checker, symbol).getDocumentationComment(checker).length === 0);
  expect(bare.map(({ name }) => name)).toEqual([]);
  expect(exports.length).toBeGreaterThan(60);
});

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
