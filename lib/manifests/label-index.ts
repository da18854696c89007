import { anyValue, type LabelSelector } from './label-selector';

/** Something with labels, and the namespace in which selectors find it. */
export interface Labelled<T> {
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
