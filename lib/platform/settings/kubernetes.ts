import * as z from 'zod';
import { reportProblem } from '../errors';
import { count, dnsLabel } from './formats';

/** The Kubernetes of an environment's cluster. */
export interface KubernetesSettings {
  /**
   * Oldest version that the manifests have to work on, `1.27` to `1.36`. What newer versions add is used from the version
   * on that has it: docs/decisions/0032-newer-kubernetes.md lists it. A cluster of an older version would drop such fields.
   */
  readonly minimum: string;
  /**
   * Whether pods get a user namespace, so that their users are none of the node's. Kubernetes 1.33 and nodes with Linux
   * 6.3, containerd 2.0 or CRI-O 1.25 have it, and the file systems of volumes must support idmap mounts; NFS does not.
   */
  readonly userNamespaces: boolean;
  /**
   * Whether every node has AppArmor (Ubuntu, Debian, SUSE), so that pods can state its default profile. A node without it,
   * such as one with SELinux, refuses pods that state a profile. Kubernetes 1.30 has the field.
   */
  readonly appArmor: boolean;
  /** Whether the API server checks that pods are of the manifests. Kubernetes 1.30 can. */
  readonly admission: Admission;
}

/** What the API server does with a pod that the manifests do not have. */
export type Admission = NoAdmission | WarningAdmission | DenyingAdmission;

/** There are no policies: every pod is created. */
export interface NoAdmission {
  readonly kind: 'none';
}

/** Policies note in the audit log what they would refuse, and the user gets a warning. */
export interface WarningAdmission extends AdmissionPolicies {
  readonly kind: 'warn';
}

/** Policies refuse it. */
export interface DenyingAdmission extends AdmissionPolicies {
  readonly kind: 'deny';
}

/**
 * Policies compare the pods of the environment with those of the manifests, by their label `app`, service account and images.
 * `<environment>.admission.k8s.yaml` has them; docs/guides/admission.md says who applies it and when.
 */
export interface AdmissionPolicies {
  /**
   * Namespaces of operators that make pods in those of the environment, such as `cert-manager`, whose pods answer the
   * challenges of certificates. What operators make is not compared. That of a database cluster need not be stated.
   */
  readonly operatorNamespaces: readonly string[];
  /**
   * Containers that an earlier release has and this one has not, so that a rollback finds them permitted, each by its pod's
   * label `app`, service account and image without tag, such as `veza-chat veza-service-account ghcr.io/veza/chat`. A deploy
   * prints those that are missing.
   */
  readonly earlier: readonly string[];
}

/** Minor versions of Kubernetes that the manifests are made for: 1.27 to 1.36. */
export const supportedMinors = { oldest: 27, newest: 36 } as const;

/** A feature that a cluster may have: its minor version, and how an older one states that it does not use it. */
export const kubernetesFeatures = {
  userNamespaces: { since: 33, without: false },
  appArmor: { since: 30, without: false },
  admission: { since: 30, without: 'none' },
} as const;

/** The minor version of a minimum: 30 of `1.30`. */
export function parseMinorVersion({ minimum }: KubernetesSettings): number {
  return Number(minimum.slice(2));
}

const admissionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  makePoliciesSchema('warn'),
  makePoliciesSchema('deny'),
]);

function makePoliciesSchema<Kind extends string>(kind: Kind) {
  return z.strictObject({
    kind: z.literal(kind),
    operatorNamespaces: z.array(dnsLabel).min(1, 'is empty; name at least that of cert-manager').readonly(),
    earlier: z.array(z.string().regex(/^\S+ \S+ \S+$/, 'use a label app, a service account and an image')).readonly(),
  });
}

/** @internal */
export const kubernetesSchema = z
  .strictObject({
    minimum: z.string().refine((text) => {
      const minor = Number(/^1\.(\d+)$/.exec(text)?.[1]);
      return minor >= supportedMinors.oldest && minor <= supportedMinors.newest;
    }, `use a version from 1.${supportedMinors.oldest} to 1.${supportedMinors.newest}`),
    userNamespaces: z.boolean(),
    appArmor: z.boolean(),
    admission: admissionSchema,
  })
  .superRefine((settings, context) => {
    const { userNamespaces, appArmor, admission } = settings;
    for (const [field, input] of Object.entries({ userNamespaces, appArmor, admission: admission.kind })) {
      const { since, without } = kubernetesFeatures[field as keyof typeof kubernetesFeatures];
      if (input === without || parseMinorVersion(settings) >= since) continue;
      const path = field === 'admission' ? [field, 'kind'] : [field];
      const message = `needs Kubernetes 1.${since}; state that as the minimum, or ${without} here`;
      reportProblem(context, path, message);
    }
  });

/** What a cluster has once, or nothing where a node-exporter is installed already. */
export type Cluster = ClusterSettings | 'none';

/** What a cluster has once, whichever environments share it. */
export interface ClusterSettings {
  /** Namespace of the node-exporter, which alone of all our pods reads the node itself, such as `veza-nodes`. */
  readonly namespace: string;
  /** Most nodes that the cluster grows to, such as 100: the namespace's quota holds one pod for each. */
  readonly maximumNodes: number;
}

/** @internal */
export const clusterSchema = z.strictObject({
  namespace: dnsLabel,
  maximumNodes: count,
});
