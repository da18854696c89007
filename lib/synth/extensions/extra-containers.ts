import { nonEmpty } from '../../constructs/kubernetes/metadata';
import { containerSecurity, pulledOnce } from '../../constructs/kubernetes/pod-defaults';
import { plainRequirements } from '../../constructs/kubernetes/resources';
import type { ExtraContainer } from '../../platform/settings/extra-container';

/** A container as it stands in a finished object. */
export interface ContainerFields {
  readonly name: string;
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The container that an extension states, as every other container of the platform is. */
export function extraContainer({ uid, resources, ports = {}, ...stated }: ExtraContainer): ContainerFields {
  const container = {
    ...stated,
    ...pulledOnce,
    ports: nonEmpty(Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' }))),
    resources: plainRequirements(resources),
    securityContext: containerSecurity(uid),
  };
  return container;
}
