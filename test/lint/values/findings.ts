import { parse } from 'yaml';
import { lintManifests } from '../../../lib/lint/lint-manifests';
import { formatFinding } from '../../../lib/lint/rule';
import { kubernetesYaml } from '../../../lib/manifests/kubernetes-yaml';

const metadata = 'metadata: { name: a, namespace: shop }';

/** Kinds that the cases of the tests are of, each with what it needs besides. */
const kinds: Readonly<Record<string, string>> = {
  Container: `apiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [{ name: a, image: a:1, $ }] }`,
  Pod: `apiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [{ name: a, image: a:1 }], $ }`,
  Deployment: `apiVersion: apps/v1\nkind: Deployment\n${metadata}\nspec: { selector: { matchLabels: { app: a } }, $, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }`,
  DaemonSet: `apiVersion: apps/v1\nkind: DaemonSet\n${metadata}\nspec: { selector: { matchLabels: { app: a } }, $, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }`,
  StatefulSet: `apiVersion: apps/v1\nkind: StatefulSet\n${metadata}\nspec: { selector: { matchLabels: { app: a } }, $, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }`,
  Job: `apiVersion: batch/v1\nkind: Job\n${metadata}\nspec: { $, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } }`,
  CronJob: `apiVersion: batch/v1\nkind: CronJob\n${metadata}\nspec: { $, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } } } }`,
  Service: `apiVersion: v1\nkind: Service\n${metadata}\nspec: { $ }`,
  Ingress: `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${metadata}\nspec: { $ }`,
  Path: `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${metadata}\nspec: { rules: [{ http: { paths: [{ backend: { service: { name: outside, port: { number: 80 } } }, $ }] } }] }`,
  ClassedIngress: `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop, annotations: { kubernetes.io/ingress.class: nginx } }\nspec: { $ }`,
  Definition:
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: shops.example.org }\nspec: { names: { kind: Shop, plural: shops }, $ }',
  Webhook:
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: a }\nwebhooks: [{ sideEffects: None, admissionReviewVersions: [v1], clientConfig: { url: https://example.org }, $ }]',
  NetworkPolicy: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}\nspec: { podSelector: {}, $ }`,
  ConfigMap: `apiVersion: v1\nkind: ConfigMap\n${metadata}\n$`,
  Secret: `apiVersion: v1\nkind: Secret\n${metadata}\n$`,
  Claim: `apiVersion: v1\nkind: PersistentVolumeClaim\n${metadata}\nspec: { $ }`,
  StorageClass: 'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: a }\nprovisioner: example.org\n$',
  Autoscaler: `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${metadata}\nspec: { scaleTargetRef: { apiVersion: example.org/v1, kind: Thing, name: a }, $ }`,
  Budget: `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${metadata}\nspec: { $ }`,
  LimitRange: `apiVersion: v1\nkind: LimitRange\n${metadata}\nspec: { limits: [{ $ }] }`,
  Quota: `apiVersion: v1\nkind: ResourceQuota\n${metadata}\nspec: { $ }`,
  PriorityClass: 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: a }\n$',
  Role: `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n${metadata}\nrules: [{ $ }]`,
  ClusterRole: 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: a }\nrules: [{ $ }]',
  ClusterRoleBinding: 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\n$',
};

/** What a rule finds in an object of a kind with some fields: `path: message`. */
export function valueFindings(rule: string, kind: string, fields: string): string[] {
  const text = (kinds[kind] ?? '').replace(fields === '' ? /, \$|\$,? ?/ : '$', () => fields);
  const findings = lintManifests([parse(text, kubernetesYaml)], { policy: false });
  const unread = findings.filter((finding) => finding.rule === 'schema');
  if (unread.length > 0) throw new Error(`the case itself is wrong: ${unread.map(formatFinding).join(', ')}`);
  return findings.flatMap((finding) => (finding.rule === rule ? [`${finding.path}: ${finding.message}`] : []));
}
