import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding, type RuleClass } from '../../lib/lint/rule';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { fixture } from './fixtures';

const objects = fixture('guide');

function findingsOf(wanted: RuleClass): string[] {
  const findings = lintManifests(objects, { policy: wanted === 'policy' });
  return findings.filter((finding) => finding.class === wanted).map(formatFinding);
}

describe("the deployment guide's own manifests", () => {
  test('are fifteen objects', () => {
    expect(new ManifestSet(objects).objects).toHaveLength(15);
  });

  test('are broken in these places, and in no other', () => {
    expect(findingsOf('broken')).toEqual([
      'veza-production ServiceAccount/veza-service-account: apiVersion: rbac.authorization.k8s.io/v1 has no kind ServiceAccount',
      'veza-production Deployment/veza-backend-api: spec.template.spec.containers[0].env[ENV]: ConfigMap veza-config has no key "ENV" (it has app.env, postgres.conf)',
      'veza-production Deployment/veza-chat-server: spec.template.spec.containers[0].env[ENV]: ConfigMap veza-config has no key "ENV" (it has app.env, postgres.conf)',
      'veza-production Deployment/veza-stream-server: spec.template.spec.containers[0].env[ENV]: ConfigMap veza-config has no key "ENV" (it has app.env, postgres.conf)',
      'veza-production Deployment/veza-backend-api: spec.template.spec.containers[0].volumeMounts[0]: METRICS_PORT is 9090, and so is GRPC_PORT: a process cannot listen on a port twice',
      'veza-production Deployment/veza-backend-api: spec.template.spec.serviceAccountName: ServiceAccount veza-service-account does not exist in veza-production (there is none)',
      'veza-production Deployment/veza-chat-server: spec.template.spec.serviceAccountName: ServiceAccount veza-service-account does not exist in veza-production (there is none)',
      'veza-production Deployment/veza-stream-server: spec.template.spec.serviceAccountName: ServiceAccount veza-service-account does not exist in veza-production (there is none)',
      'ClusterRoleBinding/veza-app-binding: subjects[0]: ServiceAccount veza-service-account does not exist in veza-production (there is none)',
    ]);
  });

  test('go against the profile in these places', () => {
    expect(findingsOf('policy')).toEqual([
      'veza-production Deployment/veza-backend-api: spec.template.spec.containers[0].volumeMounts[0]: DB_HOST is "postgres-service": Service postgres-service does not exist in veza-production (there is veza-backend-api-service, veza-chat-server-service, veza-stream-server-service)',
      'veza-production Deployment/veza-backend-api: spec.template.spec.containers[0].volumeMounts[0]: REDIS_HOST is "redis-service": Service redis-service does not exist in veza-production (there is veza-backend-api-service, veza-chat-server-service, veza-stream-server-service)',
      'ClusterRole/veza-app-role: rules[1].resources[1]: the role grants Secrets',
      'veza-production Deployment/veza-backend-api: spec.template.metadata.labels: no NetworkPolicy denies Ingress and Egress to these pods',
      'veza-production Deployment/veza-chat-server: spec.template.metadata.labels: no NetworkPolicy denies Ingress and Egress to these pods',
      'veza-production Deployment/veza-stream-server: spec.template.metadata.labels: no NetworkPolicy denies Ingress and Egress to these pods',
      'veza-production ConfigMap/veza-config: data[app.env]: the value of JWT_SECRET_KEY looks like a credential',
    ]);
  });
});
