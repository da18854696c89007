/** Name of a service's Deployment, and of its pods' `app` label: `veza-backend-api`. */
export function nameServiceWorkload(platform: string, service: string): string {
  return `${platform}-${service}`;
}

/** Name under which other pods of the namespace reach a service: `veza-backend-api-service`. */
export function nameServiceHost(platform: string, service: string): string {
  return `${nameServiceWorkload(platform, service)}-service`;
}

/** Name of the workload that migrates the database of a platform: `veza-migration`. */
export function nameMigrationWorkload(platform: string): string {
  return `${platform}-migration`;
}

/** Name of the volume that a StatefulSet claims for its pod. */
export const dataVolume = 'data';

/** Name that Kubernetes gives to the first pod of a StatefulSet: `postgres-0`. */
export function nameFirstPod(workload: string): string {
  return `${workload}-0`;
}

/** Name that Kubernetes gives to the claim of a StatefulSet's first pod: `data-postgres-0`. */
export function nameFirstDataClaim(workload: string): string {
  return `${dataVolume}-${nameFirstPod(workload)}`;
}
