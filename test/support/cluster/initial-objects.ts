import type { KubeObject } from './objects';

function definition(kind: string, plural: string, scope: 'Cluster' | 'Namespaced'): KubeObject {
  const group = 'cert-manager.io';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { kind, plural }, versions: [{ name: 'v1', served: true, storage: true }] },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  };
}

function storageClass(name: string, volumeBindingMode: string, isDefault: boolean): KubeObject {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': String(isDefault) };
  const fields = { provisioner: 'test.veza.app/none', volumeBindingMode };
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations }, ...fields };
}

/** What a cluster has before the first deploy. A test of a missing object deletes it. */
export const initialObjects: readonly KubeObject[] = [
  ...['default', 'kube-system', 'ingress-nginx'].map((name) => {
    const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
    return { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } };
  }),
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  },
  storageClass('standard', 'WaitForFirstConsumer', true),
  storageClass('immediate', 'Immediate', false),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  },
  definition('Certificate', 'certificates', 'Namespaced'),
  definition('Issuer', 'issuers', 'Namespaced'),
  definition('ClusterIssuer', 'clusterissuers', 'Cluster'),
  ...['letsencrypt-prod', 'letsencrypt-staging'].map((name) => {
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    return { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name }, spec: {}, status };
  }),
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: { group: 'metrics.k8s.io', version: 'v1beta1' },
    status: { conditions: [{ type: 'Available', status: 'True' }] },
  },
];
