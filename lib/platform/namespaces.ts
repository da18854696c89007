/** Namespace of the monitoring servers of an environment. */
export function monitoringNamespace(namespace: string): string {
  return `${namespace}-monitoring`;
}

/** Namespace of the log collectors of an environment, which alone may mount folders of their nodes. */
export function logsNamespace(namespace: string): string {
  return `${namespace}-logs`;
}

/** Namespace of the Gateway of an environment, where its implementation may run proxies, and cert-manager solvers. */
export function edgeNamespace(namespace: string): string {
  return `${namespace}-edge`;
}
