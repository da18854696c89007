import type { Cursor } from '../../manifests/cursor';
import { readQuantity } from '../../platform/settings/quantity';
import type { Violation } from '../rule';
import { oneOf, type ValueFamily } from './value-family';

const accessMode = oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod');
const volumeMode = oneOf('Filesystem', 'Block');

export const storageValues: ValueFamily = {
  name: 'storage-values',
  finds: 'A claim, volume or storage class that is refused: no or an unknown access mode, no size, an unknown policy.',
  why: 'The API server refuses the object.',
  example: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { accessModes: [ReadWriteMulti], resources: { requests: {} } }
`,
  limits: {
    'core.v1.PersistentVolumeClaimSpec': { volumeMode },
    'core.v1.PersistentVolumeSpec': {
      volumeMode,
      persistentVolumeReclaimPolicy: oneOf('Retain', 'Delete', 'Recycle'),
    },
    'storage.v1.StorageClass': {
      reclaimPolicy: oneOf('Retain', 'Delete'),
      volumeBindingMode: oneOf('Immediate', 'WaitForFirstConsumer'),
    },
  },
  relations: {
    'core.v1.PersistentVolumeClaimSpec': (at) => volume(at, at.at('resources', 'requests', 'storage')),
    'core.v1.PersistentVolumeSpec': (at) => volume(at, at.at('capacity', 'storage')),
  },
};

function* volume(at: Cursor, size: Cursor): Generator<Violation> {
  const modes = at.items('accessModes');
  if (modes.length === 0) {
    yield { at: at.at('accessModes'), message: 'there is no access mode', remedy: 'state one, such as ReadWriteOnce' };
  }
  for (const mode of modes) {
    const refusal = accessMode(mode.value);
    if (refusal !== undefined) yield { at: mode, ...refusal };
    else if (mode.value === 'ReadWriteOncePod' && modes.length > 1) {
      yield { at: mode, message: 'ReadWriteOncePod excludes every other mode', remedy: 'state it alone' };
    }
  }
  const bytes = readQuantity(size.value);
  if (!size.exists || (bytes !== undefined && bytes <= 0)) {
    yield { at: size, message: 'the size must be stated, and be above 0', remedy: 'state one, such as 10Gi' };
  }
}
