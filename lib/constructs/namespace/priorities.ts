import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import { type PrioritySettings, prioritySchema } from '../../platform/settings/priorities';
import { k8s } from '../kubernetes/k8s';
import { labelPlatform, type NamespacedProps, type NamespaceScope, namespaceScopeSchema } from '../kubernetes/metadata';

/** Properties of `Priorities`. */
export interface PrioritiesProps extends NamespacedProps {
  /** Priorities of the classes. */
  readonly values: PrioritySettings;
}

const propsSchema = z.looseObject({ namespaceScope: namespaceScopeSchema, values: prioritySchema });

/**
 * The environment's PriorityClasses. They are cluster-scoped, so their names begin with the namespace's: two environments in
 * one cluster have separate ones.
 */
export class Priorities extends Construct {
  /** Name of the services' class. */
  readonly services: string;
  /** Name of the stores' class. */
  readonly stores: string;

  constructor(scope: Construct, id: string, { namespaceScope, values }: PrioritiesProps) {
    super(scope, id);
    requireValid(propsSchema, { namespaceScope, values }, 'Priorities');
    this.services = this.addClass(namespaceScope, 'services', values.services);
    this.stores = this.addClass(namespaceScope, 'stores', values.stores);
  }

  private addClass(namespaceScope: NamespaceScope, kind: PriorityKind, value: number): string {
    const name = namePriorityClass(namespaceScope, kind);
    const description = `Pods of the ${kind} in ${namespaceScope.namespace}.`;
    new PriorityClass(this, kind, { name, value, description, namespaceScope });
    return name;
  }
}

/** What a PriorityClass of an environment is for. */
type PriorityKind = 'services' | 'stores';

/** Name of a PriorityClass of an environment. */
export function namePriorityClass({ namespace }: NamespaceScope, kind: PriorityKind): string {
  return `${namespace}-${kind}`;
}

export interface PriorityClassProps extends NamespacedProps {
  /** Name of the class. It is cluster-scoped, so it begins with the namespace's. */
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

/** A PriorityClass that applies only to pods that name it. */
export class PriorityClass extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, name, value, description }: PriorityClassProps) {
    super(scope, id);
    new k8s.KubePriorityClass(this, 'class', {
      metadata: { name, labels: labelPlatform(namespaceScope) },
      value,
      preemptionPolicy: 'PreemptLowerPriority',
      description,
    });
  }
}
