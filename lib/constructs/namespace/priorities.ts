import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { homeSchema, type NamespaceScope, platformLabels } from '../kubernetes/metadata';

/** Which pods stay when a node is full. */
export interface PrioritySettings {
  /** Priority of the services' pods, 1 to 1000000000, such as 10000. Pods without a class have 0. */
  readonly services: number;
  /** Priority of the stores' pods: above the services', which are nothing without them, such as 20000. */
  readonly stores: number;
}

/**
 * How much more than others a pod is wanted when a node is full.
 * @internal
 */
export const priority = z
  .int('use a whole number')
  .min(1, 'use 1 to 1000000000')
  .max(1_000_000_000, 'use 1 to 1000000000; more is reserved for the cluster itself');

/** @internal */
export const prioritySchema = z
  .strictObject({ services: priority, stores: priority })
  .superRefine(({ services, stores }, context) => {
    if (stores > services) return;
    const message = `is not above services, which is ${services}`;
    context.addIssue({ code: 'custom', path: ['stores'], input: stores, message });
  });

/** Properties of `Priorities`. */
export interface PrioritiesProps {
  /** Namespace and platform that its objects belong to. */
  readonly home: NamespaceScope;
  /** Priorities of the classes. */
  readonly values: PrioritySettings;
}

const propsSchema = z.looseObject({ home: homeSchema, values: prioritySchema });

/**
 * The environment's PriorityClasses. They are cluster-scoped, so their names carry the namespace's: two environments
 * share a cluster without sharing a rank.
 */
export class Priorities extends Construct {
  /** Name of the services' class. */
  readonly services: string;
  /** Name of the stores' class. */
  readonly stores: string;

  constructor(scope: Construct, id: string, { home, values }: PrioritiesProps) {
    super(scope, id);
    requireValid(propsSchema, { home, values }, 'Priorities');
    this.services = this.addClass(home, 'services', values.services);
    this.stores = this.addClass(home, 'stores', values.stores);
  }

  private addClass(home: NamespaceScope, kind: string, value: number): string {
    const name = `${home.namespace}-${kind}`;
    const description = `Pods of the ${kind} in ${home.namespace}.`;
    new PriorityClass(this, kind, { name, value, description, home });
    return name;
  }
}

/** Properties of a `PriorityClass`. */
export interface PriorityClassProps {
  readonly home: NamespaceScope;
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
