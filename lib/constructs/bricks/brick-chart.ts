import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Manifest } from '../../manifests/manifest';
import type { Brick, BrickContext } from '../../platform/brick';
import { readErrorMessage, ValidationError } from '../../platform/errors';
import { labelPlatform } from '../kubernetes/metadata';

/** The objects of a brick, with the namespace and the labels of its environment where they state none. */
export class BrickChart extends Chart {
  /** @throws ValidationError if the brick cannot be made */
  constructor(scope: Construct, id: string, { brick, context }: { brick: Brick; context: BrickContext }) {
    const { namespaceScope } = context;
    super(scope, id, {
      disableResourceNameHashes: true,
      namespace: namespaceScope.namespace,
      labels: labelPlatform(namespaceScope),
    });
    try {
      brick.make(this, context);
    } catch (error) {
      throw new ValidationError([`${namespaceScope.environment}.bricks.${brick.name}: ${readErrorMessage(error)}`]);
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
