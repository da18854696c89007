import type { k8s } from 'cdk8s-plus-27';

/** The fields of a type of Kubernetes as plain data, as in its YAML: a quantity is a text, and a port a name or a number. */
export type KubernetesFields<T> = T extends k8s.Quantity
  ? string
  : T extends k8s.IntOrString
    ? number | string
    : T extends readonly (infer Item)[]
      ? readonly KubernetesFields<Item>[]
      : T extends object
        ? { readonly [Field in keyof T]: KubernetesFields<T[Field]> }
        : T;
