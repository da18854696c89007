import type { Cursor } from './cursor';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A query over labels, in either of the two forms in which Kubernetes writes it. */
export class LabelSelector {
  /** A plain map, as a Service states it. */
  static fromMap(labels: Readonly<Record<string, string>>): LabelSelector {
    return new LabelSelector(Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] })));
  }

  /** `matchLabels` and `matchExpressions`. */
  static from(selector: Cursor): LabelSelector {
    const { requirements } = LabelSelector.fromMap(selector.textMap('matchLabels'));
    const expressions = selector.items('matchExpressions').map((expression) => ({
      key: expression.text('key') ?? '',
      operator: expression.text('operator') ?? '',
      values: expression.texts('values'),
    }));
    return new LabelSelector([...requirements, ...expressions]);
  }

  private constructor(readonly requirements: readonly Requirement[]) {}

  /** Selects everything. */
  get isEmpty(): boolean {
    return this.requirements.length === 0;
  }

  /** Whether it demands a label, and does not only leave out some values. */
  get isDemanding(): boolean {
    return this.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
  }

  /** Keys and values that it mentions. */
  get words(): string[] {
    return this.requirements.flatMap(({ key, values }) => [key, ...values]);
  }

  /** Values of which a label must have one; undefined where the selector leaves it open. */
  valuesOf(label: string): readonly string[] | undefined {
    return this.requirements.find(({ key, operator }) => key === label && operator === 'In')?.values;
  }

  /** The same selector without what it says about some labels. */
  without(...labels: readonly string[]): LabelSelector {
    const kept = this.requirements.filter(({ key }) => !labels.includes(key));
    return kept.length === this.requirements.length ? this : new LabelSelector(kept);
  }

  matches(labels: Readonly<Record<string, string>>): boolean {
    return this.requirements.every((requirement) => isMet(requirement, labels[requirement.key]));
  }

  toString(): string {
    return this.requirements.map(describe).join(',');
  }
}

/** Value of a label that a controller sets to what no manifest shows. */
export const anyValue = '*';

function isMet({ operator, values }: Requirement, label: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return label !== undefined && (label === anyValue || values.includes(label));
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}

function describe({ key, operator, values }: Requirement): string {
  if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
  return [key, operator, ...(values.length === 0 ? [] : [`(${values.join('|')})`])].join(' ');
}

/** Labels that controllers add to pods. No template states them; their values contain the workload's name. */
const ownerNameOf: Readonly<Record<string, (value: string) => string>> = {
  'batch.kubernetes.io/job-name': (value) => value,
  'job-name': (value) => value,
  'statefulset.kubernetes.io/pod-name': (value) => value.replace(/-\d+$/, ''),
};

/** Splits a selector into the labels that templates state, and the workloads that controller labels name. */
export function splitControllerLabels(selector: LabelSelector): {
  stated: LabelSelector;
  ownerNames?: readonly string[];
} {
  for (const [label, nameOf] of Object.entries(ownerNameOf)) {
    const values = selector.valuesOf(label);
    if (values !== undefined) return { stated: selector.without(label), ownerNames: values.map(nameOf) };
  }
  return { stated: selector };
}
