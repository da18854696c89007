import type { k8s } from 'cdk8s-plus-27';
import { fieldReference } from './field-reference';

const volumeName = 'api-token';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A token for the Kubernetes API as an explicit volume: unlike an automounted one it is short-lived and stands in the
 * manifest, where a reviewer sees it. Client libraries find it at its usual path.
 */
export const apiToken: { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount } = {
  volume: {
    name: volumeName,
    projected: {
      defaultMode: 0o440,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardApi: { items: [{ path: 'namespace', fieldRef: fieldReference('metadata.namespace') }] } },
      ],
    },
  },
  mount: { name: volumeName, mountPath, readOnly: true },
};

/** Where a pod with the token finds it, and the certificate of who signs for the API. */
export const apiTokenFiles = { token: `${mountPath}/token`, ca: `${mountPath}/ca.crt` } as const;
