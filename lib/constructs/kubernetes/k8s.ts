/** The objects of Kubernetes. The index of their library would load its constructs too, none of which is used. */
export * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
