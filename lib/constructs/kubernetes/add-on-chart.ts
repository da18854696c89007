import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Manifest } from '../../manifests/manifest';
import type { AddOn, AddOnContext } from '../../platform/add-on';
import { readErrorMessage, ValidationError } from '../../platform/errors';
import { labelPlatform } from '../kubernetes/metadata';

/** The objects of an add-on, with the namespace and the labels of its environment where they state none. */
export class AddOnChart extends Chart {
  /** @throws ValidationError if the add-on cannot be made */
  constructor(scope: Construct, id: string, { addOn, context }: { addOn: AddOn; context: AddOnContext }) {
    const { namespaceScope } = context;
    super(scope, id, {
      disableResourceNameHashes: true,
      namespace: namespaceScope.namespace,
      labels: labelPlatform(namespaceScope),
    });
    try {
      addOn.make(this, context);
    } catch (error) {
      throw new ValidationError([`${namespaceScope.environment}.addOns.${addOn.name}: ${readErrorMessage(error)}`]);
    }
  }

  /** The objects as plain data. A cluster-scoped one has no namespace. */
  override toJson(): ReturnType<Chart['toJson']> {
    return super.toJson().map((object) => {
      if (new Manifest(object).knownKind?.namespaced !== false) return object;
      const metadata = Object.entries(object.metadata).filter(([field]) => field !== 'namespace');
      return { ...object, metadata: Object.fromEntries(metadata) };
    });
  }
}
