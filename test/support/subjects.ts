import {
  type Container,
  containersOf,
  distFolder,
  idOf,
  type Manifest,
  type PodSpec,
  podTemplate,
  readManifests,
} from './manifests';

/** Something that rules are about, and where it stands: `staging Deployment/veza-chat-server chat-server`. */
export interface Subject {
  readonly where: string;
}

/** An object of a file of `dist`. */
export interface ObjectSubject extends Subject {
  /** Every object of the same file. */
  readonly siblings: readonly Manifest[];
  readonly object: Manifest;
}

/** An object that runs pods. */
export interface WorkloadSubject extends ObjectSubject {
  readonly pod: PodSpec;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** A container of a workload, one that runs before the others included. */
export interface ContainerSubject extends WorkloadSubject {
  readonly container: Container;
  /** Whether it ends: it runs before the others, or in a job. */
  readonly initial: boolean;
}

/** Every object of `dist`. */
export const objects: readonly ObjectSubject[] = [...readManifests(distFolder)].flatMap(([file, siblings]) =>
  siblings.map((object) => ({ where: `${file.replace('.k8s.yaml', '')} ${idOf(object)}`, siblings, object })),
);

/** Every workload of `dist`. */
export const workloads: readonly WorkloadSubject[] = objects.flatMap((subject) => {
  const template = podTemplate(subject.object);
  return template ? [{ ...subject, pod: template.spec, podLabels: template.metadata.labels ?? {} }] : [];
});

/** Every container of `dist`. */
export const containers: readonly ContainerSubject[] = workloads.flatMap((workload) =>
  containersOf(workload.pod).map((container) => ({
    ...workload,
    where: `${workload.where} ${container.name}`,
    container,
    initial: workload.object.kind === 'CronJob' || (workload.pod.initContainers?.includes(container) ?? false),
  })),
);

/** Containers that serve for as long as their pod lives. */
export const servers: readonly ContainerSubject[] = containers.filter(({ initial }) => !initial);

/** Objects of some kinds. */
export function ofKind(...kinds: readonly string[]): ObjectSubject[] {
  return objects.filter(({ object }) => kinds.includes(object.kind));
}
