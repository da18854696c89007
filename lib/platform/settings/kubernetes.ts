import * as z from 'zod';

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
}

const [oldest, newest] = [27, 36];

/** Minor versions from which on the features that a cluster may have can be relied on. */
const featureVersions = { userNamespaces: 33, appArmor: 30 } as const;

/** The minor version of a minimum: 30 of `1.30`. */
export function minorVersion({ minimum }: KubernetesSettings): number {
  return Number(minimum.slice(2));
}

/** @internal */
export const kubernetesSchema = z
  .strictObject({
    minimum: z.string().refine((text) => {
      const minor = Number(/^1\.(\d+)$/.exec(text)?.[1]);
      return minor >= oldest && minor <= newest;
    }, `use a version from 1.${oldest} to 1.${newest}`),
    userNamespaces: z.boolean(),
    appArmor: z.boolean(),
  })
  .superRefine((settings, context) => {
    for (const [field, since] of Object.entries(featureVersions)) {
      if (!settings[field as keyof typeof featureVersions] || minorVersion(settings) >= since) continue;
      const message = `needs Kubernetes 1.${since}; state that as the minimum, or false here`;
      context.addIssue({ code: 'custom', path: [field], input: true, message });
    }
  });
