import type { KubeObject } from '../objects';
import type { Controller } from './controller';

/** Creates the default account of each namespace, and deletes the objects of a namespace that was deleted. */
export const namespaces: Controller = ({ store }) => {
  const names = store.all('Namespace').map(({ metadata }) => metadata.name);
  for (const namespace of names) {
    if (store.one('ServiceAccount', 'default', namespace)) continue;
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  for (const kind of store.kinds.filter(({ namespaced }) => namespaced)) {
    for (const object of store.list(kind)) {
      if (!names.includes(object.metadata.namespace ?? '')) store.delete(object);
    }
  }
};

/** Deletes objects whose owner was deleted. */
export const garbage: Controller = ({ store }) => {
  const all = store.kinds.flatMap((kind) => store.list(kind));
  const alive = new Set(all.map(({ metadata }) => metadata.uid));
  const isOrphaned = ({ metadata }: KubeObject) =>
    (metadata.ownerReferences ?? []).length > 0 && metadata.ownerReferences?.every(({ uid }) => !alive.has(uid));
  for (const object of all.filter(isOrphaned)) store.delete(object);
};
