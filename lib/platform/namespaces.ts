/** Namespace of the monitoring servers of an environment. */
export function nameMonitoringNamespace(namespace: string): string {
  return `${namespace}-monitoring`;
}

/** Namespace of the log collectors of an environment, which alone may mount folders of their nodes. */
export function nameLogsNamespace(namespace: string): string {
  return `${namespace}-logs`;
}

/** Namespace of the Gateway of an environment, where its implementation may run proxies, and cert-manager solvers. */
export function nameEdgeNamespace(namespace: string): string {
  return `${namespace}-edge`;
}

/** Every namespace that an environment may have, whatever it states. */
export function listPossibleNamespaces(namespace: string): string[] {
  return [namespace, ...[nameMonitoringNamespace, nameLogsNamespace, nameEdgeNamespace].map((name) => name(namespace))];
}

/** The namespace, platform and environment that objects belong to. */
export interface NamespaceScope {
  /** Namespace of the objects, such as `veza-staging`. */
  readonly namespace: string;
  /** Name of the platform, the value of `app.kubernetes.io/part-of`: `veza`. */
  readonly platform: string;
  /** Name of the environment: `production`. It distinguishes the objects of two environments in one cluster. */
  readonly environment: string;
}
