import { App } from 'cdk8s';
import { AdmissionChart } from '../charts/admission-chart';
import type { KubernetesManifest } from '../manifests/manifest';
import type { ValidEnvironment } from '../platform/environment-validation';
import { permittedPods } from './permitted-pods';

/** Makes the policies by which the API server compares pods with those of an environment's objects, if it states any. */
export function admissionPolicies(
  { platform, environment }: ValidEnvironment,
  objects: readonly KubernetesManifest[],
): readonly KubernetesManifest[] {
  const { name, database, kubernetes } = environment;
  const { admission } = kubernetes;
  if (admission.kind === 'none') return [];
  const operators = [
    ...admission.operatorNamespaces,
    ...(database.kind === 'cluster' ? [database.operatorNamespace] : []),
  ];
  const chart = new AdmissionChart(new App(), `${name}.admission`, {
    platform: platform.name,
    environment: name,
    kind: admission.kind,
    permitted: permittedPods(objects, admission.earlier),
    operatorNamespaces: [...new Set(operators)],
  });
  return chart.toJson();
}
