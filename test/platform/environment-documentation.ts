import { join } from 'node:path';
import ts from 'typescript';
import { production } from '../../lib/veza/environments/production';
import { staging } from '../../lib/veza/environments/staging';
import { production as knownProduction } from '../support/environments/production';
import { staging as knownStaging } from '../support/environments/staging';
import { project } from '../support/manifests';

/** Path of the generated documentation. */
export const environmentDocumentationFile = 'docs/environments.md';

/** A field of an environment as the documentation describes it. */
export interface DocumentedField {
  /** Path in an environment; `<name>` stands for the key of a record, `0` for an item of a list. */
  readonly path: string;
  readonly name: string;
  /** Whether it may be left out. */
  readonly isOptional: boolean;
  readonly type: ts.Type;
  readonly description: string;
  /** Whether its value has fields of its own, with examples of their own. */
  readonly isObject: boolean;
  /** A value as it is written in the data. */
  readonly example: string | undefined;
}

/** A type of the data, with its fields. */
interface Section {
  readonly title: string;
  readonly description: string;
  /** Value of `kind`, where the type is one of several. */
  readonly kind: string | undefined;
  readonly paths: string[];
  readonly fields: readonly DocumentedField[];
}

const source = join(project, 'lib/platform/environment-validation.ts');
const program = ts.createProgram([source], {
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  types: [],
});
const checker = program.getTypeChecker();

/** Reads the sections from the interfaces, in the order in which an environment states their fields. */
export function environmentSections(): Section[] {
  const sections = new Map<string, Section>();
  addSection(environmentType(), '', sections);
  return [...sections.values()];
}

/** The type of an environment of any platform, as its validation knows it. */
function environmentType(): ts.Type {
  const declaration = program
    .getSourceFile(source)
    ?.statements.filter(ts.isClassDeclaration)
    .find(({ name }) => name?.text === 'ValidEnvironment');
  const property = declaration && checker.getTypeAtLocation(declaration).getProperty('environment');
  if (property === undefined) throw new Error(`${source} has no ValidEnvironment with an environment`);
  return checker.getTypeOfSymbol(property);
}

function addSection(type: ts.Type, path: string, sections: Map<string, Section>): void {
  const title = titleOf(type);
  const known = sections.get(title);
  if (known !== undefined) {
    known.paths.push(path);
    return;
  }
  const properties = checker.getPropertiesOfType(type);
  const kind = properties.find(({ name }) => name === 'kind');
  const literal = kind && checker.getTypeOfSymbol(kind);
  const variant = literal?.isStringLiteral() ? literal.value : undefined;
  const fields = properties
    .filter((property) => property !== kind || variant === undefined)
    .map((property) => documentField(property, path, variant));
  const description = textOf(type.aliasSymbol ?? type.symbol);
  sections.set(title, { title, description, kind: variant, paths: [path], fields });
  for (const field of fields) {
    for (const [part, suffix] of objectsIn(field.type)) addSection(part, `${field.path}${suffix}`, sections);
  }
}

function documentField(property: ts.Symbol, parent: string, variant: string | undefined): DocumentedField {
  const path = parent === '' ? property.name : `${parent}.${property.name}`;
  const type = checker.getTypeOfSymbol(property);
  const description = textOf(property);
  const isObject = objectsIn(type).length > 0;
  const example = isObject
    ? undefined
    : (exampleOf(path, parent, variant) ?? /such as `?((?<=`)[^`]+|\d+(?:\.\d+)?)/.exec(description)?.[1]);
  const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
  return { path, name: property.name, isOptional, type, description, isObject, example };
}

/** A value that production or staging has at a path, or once had, if the object around it is of the right kind. */
function exampleOf(path: string, parent: string, variant: string | undefined): string | undefined {
  for (const environment of [production, staging, knownProduction, knownStaging]) {
    if (variant !== undefined && Object(valueAt(environment, parent)).kind !== variant) continue;
    const value = valueAt(environment, path);
    if (value !== undefined) return writeExample(value);
  }
  return undefined;
}

/** A value as TypeScript writes it; of a record, the first entry. */
function writeExample(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(writeExample).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .slice(0, 1)
    .map(([name, entry]) => `${name}: ${writeExample(entry)}`)
    .join('');
}

function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  return path.split('.').reduce<unknown>((at, key) => {
    const entries = Object(at);
    return key === '<name>' ? Object.values(entries)[0] : entries[key];
  }, value);
}

/** The types with fields in a type, each with what leads to it: an item of a list, or the value of a record. */
function objectsIn(type: ts.Type): (readonly [ts.Type, string])[] {
  if (type.isUnion()) return type.types.flatMap(objectsIn);
  const item = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  if (item) return objectsIn(item).map(([part, suffix]) => [part, `.0${suffix}`] as const);
  const value = type.getStringIndexType();
  if (value) return objectsIn(value).map(([part, suffix]) => [part, `.<name>${suffix}`] as const);
  return type.symbol?.declarations?.some(ts.isInterfaceDeclaration) ? [[type, '']] : [];
}

function titleOf(type: ts.Type): string {
  return type.symbol.name;
}

function textOf(symbol: ts.Symbol): string {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

/** Writes the documentation: a section for each type, with a table of its fields. */
export function environmentDocumentation(): string {
  const sections = environmentSections();
  return `# Environments

Generated by \`npm run renew\` from the interfaces in \`lib/platform\`; do not edit.

An environment is a value: \`lib/veza/environments/<environment>.ts\`. Every field is stated and none has a default, so that a
reader sees all of it and a forgotten field does not compile; only what [extensions](extensions.md) add may be left out, where
a field ends in \`?\`. \`veza synth\` validates the values and prints every problem with
its path. \`0\` in a path stands for any item of a list, \`<name>\` for any key of a record. Examples are values that production
or staging states or has stated. Quantities are those of Kubernetes: \`250m\` is a quarter of a core, \`512Mi\` are bytes.

${sections.map(writeSection).join('\n')}`;
}

function writeSection({ title, description, kind, paths, fields }: Section): string {
  const places = paths.filter((path) => path !== '').map(code);
  const at =
    places.length > 0 ? `\nAt ${places.join(', ')}${kind === undefined ? '' : ` with \`kind: '${kind}'\``}.\n` : '';
  const rows = fields.map(
    ({ name, isOptional, type, description: text, example = '' }) =>
      `| ${code(isOptional ? `${name}?` : name)} | ${writeType(type)} | ${cell(text)} | ${example === '' ? '' : code(example)} |`,
  );
  const table = ['| Field | Type | Meaning | Example |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return `## ${title}\n\n${description}\n${at}${fields.length > 0 ? `\n${table}\n` : '\nIt has no other field.\n'}`;
}

function writeType(type: ts.Type): string {
  if (type.isStringLiteral()) return code(type.value);
  if (checker.isArrayType(type)) {
    return `list of ${checker
      .getTypeArguments(type as ts.TypeReference)
      .map(writeType)
      .join('')}`;
  }
  if (type.flags & ts.TypeFlags.Boolean) return 'boolean';
  if (type.isUnion()) return statedTypes(type).map(writeType).join(' or ');
  if (type.getCallSignatures().length > 0) return 'function';
  if (isOfKubernetes(type)) return 'fields of Kubernetes';
  if (type.flags & ts.TypeFlags.Unknown) return 'any';
  if (objectsIn(type).length === 1 && objectsIn(type)[0]?.[1] === '')
    return `[${titleOf(type)}](#${titleOf(type).toLowerCase()})`;
  const value = type.getStringIndexType();
  if (value) return `${writeType(value)} for each name`;
  return type.flags & (ts.TypeFlags.String | ts.TypeFlags.Number)
    ? checker.typeToString(type)
    : 'the value of each setting';
}

/** Whether a type is the plain form of one of Kubernetes' own, which its documentation describes. */
function isOfKubernetes({ symbol }: ts.Type): boolean {
  const aliases = symbol?.declarations?.map((node) => ts.findAncestor(node, ts.isTypeAliasDeclaration)) ?? [];
  return aliases.some((alias) => alias?.name.text === 'KubernetesFields');
}

/** The types of a union, without the `undefined` of a field that may be left out. */
function statedTypes({ types }: ts.UnionType): ts.Type[] {
  return types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
