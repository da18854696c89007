/** The namespace, platform and environment that objects belong to. */
export interface NamespaceScope {
  /** Namespace of the objects, such as `veza-staging`. */
  readonly namespace: string;
  /** Name of the platform, the value of `app.kubernetes.io/part-of`: `veza`. */
  readonly platform: string;
  /** Name of the environment: `production`. It distinguishes the objects of two environments in one cluster. */
  readonly environment: string;
}
