import { groupBy } from './group-by';
import { Manifest, objectsOf } from './manifest';
import { PodTemplate } from './pod-template';

/** Objects by their kinds, and the pods that they state. */
export class ObjectSet {
  readonly objects: readonly Manifest[];
  readonly pods: readonly PodTemplate[];
  private readonly byType: ReadonlyMap<string, readonly Manifest[]>;

  constructor(objects: readonly unknown[]) {
    this.objects = objects.flatMap((object) => objectsOf(object).map(({ value }) => new Manifest(value)));
    this.pods = this.objects.flatMap((object) => PodTemplate.of(object) ?? []);
    this.byType = groupBy(this.objects, ({ type }) => type);
  }

  ofType(...types: readonly string[]): readonly Manifest[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }
}
