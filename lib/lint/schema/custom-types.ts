import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { lazily, rememberFor } from '../../manifests/remember';
import type { Field, FieldType } from './kubernetes-types';

const any: FieldType = { is: 'any' };
const text: FieldType = { is: 'string' };

/** The type of a custom kind whose definition is in the same set; undefined for every other. */
export function findCustomType(set: ManifestSet, { apiVersion, kind }: Manifest): FieldType | undefined {
  return definedTypes(set).get(`${apiVersion} ${kind}`)?.();
}

/** The types of the custom kinds that a set defines itself. */
const definedTypes = rememberFor((set: ManifestSet): ReadonlyMap<string, () => FieldType> => {
  const types = new Map<string, () => FieldType>();
  for (const definition of set.ofType('CustomResourceDefinition.apiextensions.k8s.io')) {
    const spec = definition.at('spec');
    for (const version of spec.items('versions')) {
      const schema = version.at('schema', 'openAPIV3Schema');
      const id = `${spec.text('group')}/${version.text('name')} ${spec.text('names', 'kind')}`;
      if (schema.exists)
        types.set(
          id,
          lazily(() => objectType(schema)),
        );
    }
  }
  return types;
});

/** The type of a whole object, of which the API server knows the metadata itself. */
function objectType(schema: Cursor): FieldType {
  const type = typeOf(schema);
  if (type.is !== 'object') return type;
  return { ...type, fields: new Map([...type.fields, ...own]), required: type.required.filter((key) => !own.has(key)) };
}

const own: ReadonlyMap<string, Field> = new Map(
  Object.entries({ apiVersion: text, kind: text, metadata: any, status: any }).map(([key, type]) => [
    key,
    fieldOf(() => type),
  ]),
);

function typeOf(schema: Cursor): FieldType {
  if (schema.flag('x-kubernetes-int-or-string')) return { is: 'port' };
  if (schema.flag('x-kubernetes-embedded-resource')) return any;
  const type = schema.text('type');
  switch (type) {
    case 'string':
      return schema.has('enum') ? { is: 'string', words: schema.texts('enum') } : text;
    case 'integer':
    case 'number':
    case 'boolean':
      return { is: type };
    case 'array':
      return { is: 'list', of: typeOf(schema.at('items')) };
    case 'object':
      return mappingType(schema);
    default:
      return any;
  }
}

function mappingType(schema: Cursor): FieldType {
  const properties = schema.at('properties');
  const values = schema.at('additionalProperties');
  const isOpen = schema.flag('x-kubernetes-preserve-unknown-fields') === true || values.exists;
  if (!properties.exists) return values.exists && values.value !== true ? { is: 'map', of: typeOf(values) } : any;
  const fields = properties.entries().map(([key, place]) => [key, fieldOf(lazily(() => typeOf(place)))] as const);
  // What has a default is filled in before it is required.
  const required = schema.texts('required').filter((key) => !properties.has(key, 'default'));
  return { is: 'object', id: 'the definition', fields: new Map(fields), required, isOpen };
}

/** A field that does not depend on the version of Kubernetes. */
export function fieldOf(type: () => FieldType): Field {
  return { type, since: 0, until: Number.POSITIVE_INFINITY };
}
