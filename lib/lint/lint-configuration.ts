import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseAssumption } from '../manifests/unknown-objects';
import { findSchemaProblems, readErrorMessage, UsageError } from '../platform/errors';
import { findNearestName } from '../platform/nearest-name';
import { reportFormats } from './reports';
import { describeUnknownRule } from './rules';
import { knownKubernetesVersions, parseKubernetesVersion } from './schema/kubernetes-types';

/** Name of the file that states how the manifests of a project are checked. */
export const configurationFile = '.veza-lint.yaml';

/** A text that another part of the linter understands; what it says of other texts is the problem. */
function checkedText(problemsOf: (text: string) => readonly string[]): z.ZodString {
  return z.string('use a text, in quotes').check(({ value, issues }) => {
    for (const message of problemsOf(value)) issues.push({ code: 'custom', message, input: value });
  });
}

const ruleName = checkedText(describeUnknownRule);
const exceptionSchema = z.object({
  rule: ruleName,
  object: z.string().min(1, 'name the object as findings do, such as "shop Deployment/web"'),
  reason: z.string().min(1, 'state why the finding is accepted'),
});
const schema = z.object({
  policy: z.boolean().optional(),
  strict: z.boolean().optional(),
  rules: z.array(ruleName).optional(),
  skip: z.array(ruleName).optional(),
  assume: z.array(checkedText(assumptionProblems)).optional(),
  kubernetes: checkedText(versionProblems)
    .transform((text) => parseKubernetesVersion(text))
    .optional(),
  format: z.enum(reportFormats).optional(),
  exceptions: z.array(exceptionSchema).optional(),
});

/** What a project states about the check of its manifests; arguments of the command come before it. */
export type LintConfiguration = Readonly<z.infer<typeof schema>>;

/** The configuration file in a folder, or in the nearest one above that has one. */
export function findConfiguration(folder: string): string | undefined {
  const file = join(folder, configurationFile);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findConfiguration(parent);
}

/**
 * Reads a configuration file.
 * @throws UsageError with every problem of the file
 */
export function readConfiguration(file: string): LintConfiguration {
  const content = parseConfiguration(file);
  const problems = [
    ...unknownFields(Object.keys(schema.shape), content, file),
    ...exceptionsIn(content).flatMap((exception, index) =>
      unknownFields(Object.keys(exceptionSchema.shape), exception, `${file}.exceptions.${index}`),
    ),
    ...findSchemaProblems(schema, content, file),
  ];
  if (problems.length > 0) throw new UsageError(...problems);
  return schema.parse(content);
}

/** An empty file states nothing. */
function parseConfiguration(file: string): unknown {
  if (!existsSync(file)) throw new UsageError(`${file}: no such file`);
  try {
    return parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new UsageError(`${file}: ${readErrorMessage(error)}`);
  }
}

function exceptionsIn(content: unknown): readonly unknown[] {
  const exceptions: unknown = Object(content).exceptions;
  return Array.isArray(exceptions) ? exceptions : [];
}

function unknownFields(known: readonly string[], value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const nearest = findNearestName(key, known);
      return `${where}.${key}: is not a field here; ${nearest ? `did you mean ${nearest}?` : `there are ${known.join(', ')}`}`;
    });
}

function versionProblems(text: string): readonly string[] {
  return parseKubernetesVersion(text) === undefined ? [knownKubernetesVersions] : [];
}

function assumptionProblems(text: string): readonly string[] {
  try {
    parseAssumption(text);
    return [];
  } catch (error) {
    return [readErrorMessage(error)];
  }
}
