import type { Cursor } from '../manifests/cursor';
import { LabelSelector } from '../manifests/label-selector';
import type { ManifestSet } from '../manifests/manifest-set';
import type { PodTemplate } from '../manifests/pod-template';

const nameLabel = 'kubernetes.io/metadata.name';

/** Pods as a NetworkPolicy names them: those of some namespaces that have some labels. */
export class PodPeer {
  /** The peer at a place, unless it is a block of addresses. */
  static at(at: Cursor, namespace: string): PodPeer | undefined {
    return at.at('ipBlock').exists ? undefined : new PodPeer(at, namespace);
  }

  readonly podSelector: LabelSelector;
  private readonly namespaceSelector: LabelSelector | undefined;

  private constructor(
    readonly at: Cursor,
    private readonly ownNamespace: string,
  ) {
    this.podSelector = LabelSelector.from(at.at('podSelector'));
    const namespaces = at.at('namespaceSelector');
    this.namespaceSelector = namespaces.exists ? LabelSelector.from(namespaces) : undefined;
  }

  /** The namespaces that it names one by one; undefined where it leaves them open. */
  get namespaces(): readonly string[] | undefined {
    return this.namespaceSelector === undefined ? [this.ownNamespace] : this.namespaceSelector.valuesOf(nameLabel);
  }

  /** Whether it means pods of that namespace. */
  includesNamespace(set: ManifestSet, name: string): boolean {
    if (this.namespaceSelector === undefined) return name === this.ownNamespace;
    const labels = { ...set.find('Namespace', '', name)?.labels, [nameLabel]: name };
    return this.namespaceSelector.matches(labels);
  }

  /** The pods of the set that it means. */
  podsIn(set: ManifestSet): readonly PodTemplate[] {
    const namespaces = this.namespaces ?? set.ofType('Namespace').map(({ name }) => name);
    return namespaces
      .filter((name) => this.includesNamespace(set, name))
      .flatMap((name) => set.select(name, this.podSelector));
  }
}
