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
const ownerNameOf: ReadonlyMap<string, (value: string) => string> = new Map([
  ['batch.kubernetes.io/job-name', (value) => value],
  ['job-name', (value) => value],
  ['statefulset.kubernetes.io/pod-name', (value) => value.replace(/-\d+$/, '')],
]);

/** Splits a selector into the labels that templates state, and the workloads that controller labels name. */
export function splitControllerLabels(selector: LabelSelector): {
  stated: LabelSelector;
  ownerNames?: readonly string[];
} {
  for (const { key, operator, values } of selector.requirements) {
    const nameOf = operator === 'In' ? ownerNameOf.get(key) : undefined;
    if (nameOf !== undefined) return { stated: selector.without(key), ownerNames: values.map(nameOf) };
  }
  return { stated: selector };
}

/** Something with labels, and the namespace in which selectors find it. */
interface Labelled<T> {
  readonly element: T;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Elements by their labels, so that a selector is compared with few of them. */
export class LabelIndex<T> {
  private readonly byNamespace = new Map<string, Labelled<T>[]>();
  private readonly byLabel = new Map<string, Labelled<T>[]>();
  private readonly keysOfAnyValue = new Set<string>();

  constructor(elements: readonly Labelled<T>[]) {
    for (const each of elements) {
      add(this.byNamespace, each.namespace, each);
      for (const [key, value] of Object.entries(each.labels)) {
        add(this.byLabel, idOf(each.namespace, key, value), each);
        if (value === anyValue) this.keysOfAnyValue.add(key);
      }
    }
  }

  /** The elements of a namespace that a selector selects. */
  select(namespace: string, selector: LabelSelector): T[] {
    return this.candidates(namespace, selector)
      .filter(({ labels }) => selector.matches(labels))
      .map(({ element }) => element);
  }

  /** The fewest elements among which all that a selector selects are found. */
  private candidates(namespace: string, { requirements }: LabelSelector): readonly Labelled<T>[] {
    let fewest: readonly Labelled<T>[] = this.byNamespace.get(namespace) ?? [];
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const found = this.having(namespace, key, values);
      if (found.length < fewest.length) fewest = found;
    }
    return fewest;
  }

  /** The elements of which a label has one of some values. */
  private having(namespace: string, key: string, values: readonly string[]): readonly Labelled<T>[] {
    const [first = ''] = values;
    if (values.length === 1 && !this.keysOfAnyValue.has(key))
      return this.byLabel.get(idOf(namespace, key, first)) ?? [];
    return [...values, anyValue].flatMap((value) => this.byLabel.get(idOf(namespace, key, value)) ?? []);
  }
}

function add<T>(map: Map<string, T[]>, key: string, element: T): void {
  const elements = map.get(key);
  if (elements) elements.push(element);
  else map.set(key, [element]);
}

function idOf(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}
