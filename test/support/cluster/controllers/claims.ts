import type { KubeObject } from '../objects';
import type { Pod } from '../workloads';
import type { Controller } from './controller';

interface Claim extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly accessModes?: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly phase: string };
}

interface StorageClass extends KubeObject {
  readonly volumeBindingMode?: string;
}

/** Annotation of the storage class for claims that name none. */
const isDefault = 'storageclass.kubernetes.io/is-default-class';

/** Claims are bound: at once, or when a pod mounts them, as their storage class says. */
export const claims: Controller = ({ store }) => {
  const classes = store.all<StorageClass>('StorageClass');
  for (const claim of store.all<Claim>('PersistentVolumeClaim')) {
    const { namespace, name, uid } = claim.metadata;
    const { storageClassName, accessModes, resources } = claim.spec;
    const storageClass = classes.find(({ metadata }) =>
      storageClassName === undefined
        ? metadata.annotations?.[isDefault] === 'true'
        : metadata.name === storageClassName,
    );
    const isMounted = () =>
      store
        .all<Pod>('Pod', namespace)
        .some(({ spec }) => spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name));
    const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !isMounted();
    if (claim.status?.phase === 'Bound') continue;
    if (!storageClass || waits) store.update({ ...claim, status: { phase: 'Pending' } });
    else {
      const spec = { ...claim.spec, storageClassName: storageClass.metadata.name, volumeName: `pvc-${uid}` };
      store.update({ ...claim, spec, status: { phase: 'Bound', accessModes, capacity: resources.requests } });
    }
  }
};
