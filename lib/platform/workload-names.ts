/** Name of a service's Deployment, and of its pods' `app` label: `veza-backend-api`. */
export function serviceWorkload(platform: string, service: string): string {
  return `${platform}-${service}`;
}

/** Name under which other pods of the namespace reach a service: `veza-backend-api-service`. */
export function serviceHost(platform: string, service: string): string {
  return `${serviceWorkload(platform, service)}-service`;
}

/** Name of the workload that migrates the database of a platform: `veza-migration`. */
export function migrationWorkload(platform: string): string {
  return `${platform}-migration`;
}

/** Name of the volume that a StatefulSet claims for its pod. */
export const dataVolume = 'data';

/** Name that Kubernetes gives to the first pod of a StatefulSet: `postgres-0`. */
export function firstPod(workload: string): string {
  return `${workload}-0`;
}

/** Name that Kubernetes gives to the claim of a StatefulSet's first pod: `data-postgres-0`. */
export function firstDataClaim(workload: string): string {
  return `${dataVolume}-${firstPod(workload)}`;
}
