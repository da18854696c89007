import type { ApiObject } from 'cdk8s';

/** An object as plain data. */
export type PlainObject = ReturnType<ApiObject['toJson']>;

/** What cdk8s keeps of an object. */
interface Kept {
  readonly props: Readonly<Record<string, unknown>>;
  readonly patches: readonly unknown[];
  readonly metadata: { readonly apiObject: unknown; readonly _additionalAttributes: object };
}

/**
 * The object that cdk8s makes, all fields in the order of their names behind the metadata. One that has more than plain data
 * in it is made by cdk8s.
 */
export function plainObject(object: ApiObject): PlainObject {
  const { props, patches, metadata: definition } = object as unknown as Partial<Kept>;
  // Another version of cdk8s may keep an object otherwise.
  if (props === undefined || patches === undefined || definition?._additionalAttributes === undefined)
    return object.toJson();
  const { apiVersion, kind, metadata: _, ...fields } = props;
  const { apiObject: __, _additionalAttributes: more, ...stated } = definition;
  const copy = 'GVK' in object.constructor ? ofKubernetes : ofAnyKind;
  try {
    if (patches.length > 0 || Object.keys(more).some((field) => !(field in stated))) throw notPlain;
    return { apiVersion, kind, metadata: nonEmptyFields(copy.object(stated)), ...copy.object(fields) };
  } catch (error) {
    if (error !== notPlain) throw error;
    return object.toJson();
  }
}

/** Thrown where a value is more than plain data. */
const notPlain = new Error('not plain data');

/** cdk8s leaves out of metadata what has nothing in it. */
function nonEmptyFields(metadata: object): object {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => typeof value !== 'object' || Object.keys(value).length > 0),
  );
}

/** Copies plain data, without what has no value. */
class PlainCopy {
  /** @param isKubernetes whether the object is of a class of Kubernetes, which knows what its fields are */
  constructor(private readonly isKubernetes: boolean) {}

  /** @param parent the field that it stands in, itself or in a list */
  object(fields: object, parent = ''): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const name of Object.keys(fields).sort()) {
      if (this.isKubernetes && renamedFields.has(name)) return this.object(renameField(fields, name, parent), parent);
      const value = this.value((fields as Readonly<Record<string, unknown>>)[name], name);
      if (value !== undefined) copied[name] = value;
    }
    return copied;
  }

  private value(value: unknown, name: string): unknown {
    if (typeof value !== 'object') {
      if (typeof value === 'function') throw notPlain;
      return value;
    }
    if (value === null) return undefined;
    if (Array.isArray(value)) return value.map((item) => this.value(item, name));
    if (Object.getPrototypeOf(value) === Object.prototype) return this.object(value, name);
    return this.amount(value);
  }

  /** A Quantity or an IntOrString. */
  private amount(value: object): unknown {
    const amount = 'value' in value ? value.value : undefined;
    if (!this.isKubernetes || (typeof amount !== 'string' && typeof amount !== 'number')) throw notPlain;
    return amount;
  }
}

const ofKubernetes = new PlainCopy(true);
const ofAnyKind = new PlainCopy(false);

/** Fields of ours that Kubernetes spells otherwise, behind the field that they stand in: elsewhere they may be labels or data. */
const spellings: Readonly<Record<string, string>> = {
  'spec.clusterIp': 'clusterIP',
  'sources.downwardApi': 'downwardAPI',
};

function renameField(fields: object, name: string, parent: string): object {
  const spelling = spellings[`${parent}.${name}`];
  if (spelling === undefined) throw notPlain;
  const { [name]: value, ...others } = fields as Readonly<Record<string, unknown>>;
  return { ...others, [spelling]: value };
}

/**
 * Fields that Kubernetes spells otherwise than its classes in cdk8s-plus do: `hostPID` is `hostPid`.
 * @internal
 */
export const renamedFields = new Set(
  (
    'clientIp clusterIp datasetUuid diskUri downwardApi externalId hostIp hostIpc hostPid insecureSkipTlsVerify loadBalancerIp ' +
    'nodeId nonResourceUrLs openApiv3Schema pdId podCidRs podCidr providerId ref scaleIo schema setHostnameAsFqdn ' +
    'storagePolicyId targetCpuUtilizationPercentage targetWwNs volumeId xKubernetesEmbeddedResource xKubernetesIntOrString ' +
    'xKubernetesListMapKeys xKubernetesListType xKubernetesMapType xKubernetesPreserveUnknownFields xKubernetesValidations'
  ).split(' '),
);
