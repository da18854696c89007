import { isDeepStrictEqual } from 'node:util';
import { knownManifests, otherManifests } from './known-manifests';
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

/** What rules are asked of. */
export interface Subjects {
  readonly objects: readonly ObjectSubject[];
  readonly workloads: readonly WorkloadSubject[];
  readonly containers: readonly ContainerSubject[];
  /** Containers that serve for as long as their pod lives. */
  readonly servers: readonly ContainerSubject[];
  /** Objects of some kinds. */
  readonly ofKind: (...kinds: readonly string[]) => ObjectSubject[];
}

function subjectsOf(files: Iterable<readonly [file: string, objects: readonly Manifest[]]>): Subjects {
  const objects = [...files].flatMap(([file, siblings]) =>
    siblings.map((object) => ({ where: `${file.replace('.k8s.yaml', '')} ${idOf(object)}`, siblings, object })),
  );
  const workloads = objects.flatMap((subject) => {
    const template = podTemplate(subject.object);
    return template ? [{ ...subject, pod: template.spec, podLabels: template.metadata.labels ?? {} }] : [];
  });
  const containers = workloads.flatMap((workload) =>
    containersOf(workload.pod).map((container) => ({
      ...workload,
      where: `${workload.where} ${container.name}`,
      container,
      initial: workload.object.kind === 'CronJob' || (workload.pod.initContainers?.includes(container) ?? false),
    })),
  );
  return {
    objects,
    workloads,
    containers,
    servers: containers.filter(({ initial }) => !initial),
    ofKind: (...kinds) => objects.filter(({ object }) => kinds.includes(object.kind)),
  };
}

const dist = readManifests(distFolder);

/** Files of the environments that tests know, unless `dist` has the same. */
const others = [...knownManifests].filter(([name, objects]) => !isDeepStrictEqual(dist.get(name), objects));

/** What is in `dist`, and in the files of the environments that tests know: a kind that we do not use stays covered. */
export const { objects, workloads, containers, servers, ofKind } = subjectsOf([...dist, ...others, ...otherManifests]);

/** What is in `dist` alone. */
export const committed = subjectsOf(dist);
