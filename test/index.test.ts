import { join } from 'node:path';
import ts from 'typescript';
import { project } from './support/manifests';

const program = ts.createProgram([join(project, 'lib/index.ts')], {
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  types: [],
});
const checker = program.getTypeChecker();
const source = program.getSourceFile(join(project, 'lib/index.ts'));
const index = source && checker.getSymbolAtLocation(source);
const seen = new Set<ts.Type>();
const exports = (index ? checker.getExportsOfModule(index) : []).map(resolved);

test('every export of the public API has a docstring', () => {
  const bare = exports.filter((symbol) => !isDocumented(symbol));
  expect(bare.map(({ name }) => name)).toEqual([]);
  expect(exports.length).toBeGreaterThan(60);
});

test('every field of the public types, however deep, has a docstring', () => {
  const fields = new Map(exports.flatMap((symbol) => fieldsOf(checker.getDeclaredTypeOfSymbol(symbol), symbol.name)));
  const bare = [...fields].filter(([, field]) => !isDocumented(field) && !isDiscriminator(field));
  expect(bare.map(([path]) => path)).toEqual([]);
  expect(fields.size).toBeGreaterThan(150);
});

function resolved(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isDocumented(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}

/** Whether a field only says which of several types this is: its one word is its whole meaning. */
function isDiscriminator(field: ts.Symbol): boolean {
  return field.name === 'kind' && checker.getTypeOfSymbol(field).isStringLiteral();
}

/** Fields that this library declares, by the type that they belong to; what a type leads to is visited once. */
function fieldsOf(type: ts.Type, where: string): [string, ts.Symbol][] {
  if (seen.has(type)) return [];
  seen.add(type);
  if (type.isUnionOrIntersection()) return type.types.flatMap((part) => fieldsOf(part, where));
  const owner = type.symbol && type.symbol.name !== '__type' ? type.symbol.name : where;
  return type
    .getProperties()
    .filter(isOurs)
    .flatMap((field) => {
      const path = `${owner}.${field.name}`;
      const inner = checker.getTypeOfSymbol(field);
      const element = inner.getNumberIndexType();
      const value = inner.getStringIndexType();
      const inside = [inner, element, value].flatMap((found) => (found ? fieldsOf(found, path) : []));
      return [[path, field] as [string, ts.Symbol], ...inside];
    });
}

/** Whether a field is declared in a type of this library, and may be used from outside. */
function isOurs(field: ts.Symbol): boolean {
  const declaration = field.valueDeclaration;
  if (declaration === undefined) return false;
  if (!ts.isPropertySignature(declaration) && !ts.isPropertyDeclaration(declaration)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (ts.getCombinedModifierFlags(declaration) & hidden) return false;
  return declaration.getSourceFile().fileName.startsWith(join(project, 'lib'));
}
