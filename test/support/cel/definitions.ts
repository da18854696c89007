import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listKindsInGroup } from '../../../lib/manifests/kinds';
import { type KubernetesManifest, Manifest } from '../../../lib/manifests/manifest';
import { ruleViolations } from './custom-resource-rules';
import type { Schema } from './value';

/** The rules of a custom resource definition. */
export interface Definition {
  /** Project and version that it is from. */
  readonly source: string;
  /** The part of its schema that its rules need; empty if it has none. */
  readonly schema: Schema;
}

export const definitionsFile = join(__dirname, 'rules-of-definitions.json');

/** The definitions of the custom kinds that we make, by version and kind: `postgresql.cnpg.io/v1 Cluster`. */
export const definitions: Readonly<Record<string, Definition>> = JSON.parse(readFileSync(definitionsFile, 'utf8'));

/** The objects of kinds that are not Kubernetes' own. */
export function customObjects(objects: readonly KubernetesManifest[]): KubernetesManifest[] {
  return objects.filter((object) => listKindsInGroup(new Manifest(object).group).length === 0);
}

/**
 * Runs the rules of the definitions over the custom objects of a set.
 *
 * @param old the objects before an update. @default - all objects are created
 * @returns a line for each rule that refuses an object
 * @throws Error for a kind without a definition, which `extract-rules.ts` adds
 */
export function customObjectViolations(
  objects: readonly KubernetesManifest[],
  old: readonly KubernetesManifest[] = [],
): string[] {
  const before = new Map(old.map((object) => [new Manifest(object).id, object]));
  return customObjects(objects).flatMap((object) => {
    const { id } = new Manifest(object);
    const { schema } = definitionOf(object);
    return ruleViolations(schema, object, before.get(id)).map((violation) => `${id}: ${violation}`);
  });
}

function definitionOf({ apiVersion, kind }: KubernetesManifest): Definition {
  const definition = definitions[`${apiVersion} ${kind}`];
  if (definition === undefined)
    throw new Error(`${apiVersion} ${kind}: no definition; add it with test/support/cel/extract-rules.ts`);
  return definition;
}
