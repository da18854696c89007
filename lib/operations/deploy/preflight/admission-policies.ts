import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import { formatResource, type Permission } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import { findGitOpsTool } from '../../../platform/settings/deployment';
import { listPermittedPods, readCheckedNamespace, readPermitted } from '../../../synth/admission-policies';

/** What the admission policies of the cluster are compared with. */
export interface AdmissionInput {
  readonly environment: Environment;
  readonly policies: readonly KubernetesManifest[];
  /** Objects of the release that runs, to which a failed deploy rolls back. */
  readonly released: readonly KubernetesManifest[];
}

/** Lists the permissions to read the admission policies of an environment. */
export function listAdmissionPermissions({ environment, policies }: Omit<AdmissionInput, 'released'>): Permission[] {
  return selectCheckedPolicies({ environment, policies }).map((object) => {
    return { verb: 'get', resource: formatResource(object), name: object.metadata.name };
  });
}

/**
 * Lists the policies that the cluster lacks, and what those that it has would refuse: of the manifests, and of the release
 * that runs, which a rollback could not restore. They may permit more.
 */
export async function findAdmissionProblems(kubectl: KubernetesClient, input: AdmissionInput): Promise<Problem[]> {
  const { name } = input.environment;
  const apply = `ask an administrator of the cluster to apply dist/${name}.admission.k8s.yaml`;
  const running = listPermittedPods(input.released);
  const problems = await Promise.all(
    selectCheckedPolicies(input).map(async (wanted) => {
      const object = `${wanted.kind} ${wanted.metadata.name}`;
      const live = await kubectl.find(`${formatResource(wanted)}/${wanted.metadata.name}`);
      if (live === undefined) return [`${object}: not found in the cluster; ${apply} first`];
      const permitted = new Set(readPermitted(live));
      const refused = (containers: readonly string[]) => containers.filter((container) => !permitted.has(container));
      const before = running.get(readCheckedNamespace(wanted)) ?? [];
      return [
        ...refused(readPermitted(wanted)).map(
          (each) => `${object} does not permit "${each}" of the manifests; ${apply}`,
        ),
        ...refused(before.filter((each) => !readPermitted(wanted).includes(each))).map(
          (each) =>
            `${object} does not permit "${each}" of the release that runs, so that a rollback would fail; state it in ` +
            `kubernetes.admission.earlier, synthesize, and ${apply}`,
        ),
      ];
    }),
  );
  return problems.flat();
}

/** A policy that only warns stops no deploy, and one that a GitOps tool delivers comes with the manifests. */
function selectCheckedPolicies({
  environment: { kubernetes, deployment },
  policies,
}: Omit<AdmissionInput, 'released'>): readonly KubernetesManifest[] {
  return kubernetes.admission.kind === 'deny' && findGitOpsTool(deployment.delivery) === undefined ? policies : [];
}
