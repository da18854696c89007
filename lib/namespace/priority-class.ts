import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Home, platformLabels } from '../kubernetes/metadata';

/** Properties of a `PriorityClass`. */
export interface PriorityClassProps {
  readonly home: Home;
  /** Name of the class. It is cluster-scoped, so it carries the namespace's. */
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

/** A PriorityClass that pods have to name to get. */
export class PriorityClass extends Construct {
  constructor(scope: Construct, id: string, { home, name, value, description }: PriorityClassProps) {
    super(scope, id);
    new k8s.KubePriorityClass(this, 'class', {
      metadata: { name, labels: platformLabels(home) },
      value,
      preemptionPolicy: 'PreemptLowerPriority',
      description,
    });
  }
}
