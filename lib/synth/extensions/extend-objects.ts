import type { KubernetesManifest } from '../../manifests/manifest';
import type { ValidEnvironment } from '../../platform/environment-validation';
import { type Problem, throwIfInvalid } from '../../platform/errors';
import { resolveTarget, type TargetObject } from '../../platform/extension-targets';
import { findNearestName } from '../../platform/nearest-name';
import type { Extension, OwnServiceAccount } from '../../platform/settings/extensions';
import { parseMinorVersion } from '../../platform/settings/kubernetes';
import { findPodTemplate, mapPodTemplate, sortKeys } from '../edit-objects';
import { steps } from '../newer-kubernetes';
import { Additions } from './additions';
import { extendPod, type PodFields, usesKubernetes } from './extend-pod';
import { applyPatch } from './json-patch';
import { type AccountFields, bindLike, makeOwnAccount } from './own-account';

/** Finished objects by the name of their file. */
export type ObjectFiles = Readonly<Record<string, readonly KubernetesManifest[]>>;

/**
 * Adds to finished objects what an environment states in `extensions`. What comes out is linted like everything else.
 * @throws ValidationError that names every target that does not exist, and everything that cannot be added
 */
export function extendObjects(valid: ValidEnvironment, files: ObjectFiles): ObjectFiles {
  const { name, extensions } = valid.environment;
  const problems: Problem[] = [];
  const extended = extensions.reduce((current, extension, index) => {
    const step = new ExtensionStep(valid, extension, `${name}.extensions.${index}`);
    const result = step.apply(current);
    problems.push(...result.problems);
    return result.files;
  }, files);
  throwIfInvalid(problems);
  return extended;
}

/** Files after one extension, and what is wrong with it. */
interface Extended {
  readonly files: ObjectFiles;
  readonly problems: readonly Problem[];
}

class ExtensionStep {
  constructor(
    private readonly valid: ValidEnvironment,
    private readonly extension: Extension,
    private readonly where: string,
  ) {}

  apply(files: ObjectFiles): Extended {
    const { platform, environment } = this.valid;
    const all = Object.values(files).flat();
    const wanted = resolveTarget(platform, environment, this.extension);
    const object = findTarget(all, wanted);
    if (object === undefined)
      return { files, problems: [`${this.where}.target: ${describeUnknownTarget(all, wanted)}`] };
    const additions = new Additions(this.where, `${object.kind}/${object.metadata.name}`);
    const extended = sortKeys(this.patch(this.add(object, all, additions), additions));
    const replaced = mapObjects(files, (each) => [each === object ? extended : each]);
    const account = this.extension.pod?.serviceAccount;
    return {
      files: account === undefined ? replaced : addAccount(replaced, { object, extended, account }, additions),
      problems: additions.problems,
    };
  }

  private add(
    object: KubernetesManifest,
    all: readonly KubernetesManifest[],
    additions: Additions,
  ): KubernetesManifest {
    const { labels, annotations, pod } = this.extension;
    const { metadata } = object;
    const described: KubernetesManifest = {
      ...object,
      metadata: {
        ...metadata,
        labels: additions.entries('labels', metadata.labels, labels),
        annotations: additions.entries('annotations', metadata.annotations, annotations),
      },
    };
    if (pod === undefined) return described;
    const template = findPodTemplate<PodFields>(object);
    if (template === undefined) {
      additions.report('pod', `${object.kind}/${metadata.name} has no pod template of Kubernetes; use a patch`);
      return described;
    }
    const hasNativeSidecars = parseMinorVersion(this.valid.environment.kubernetes) >= steps.nativeSidecars.since;
    if (object.kind.endsWith('Job') && !hasNativeSidecars && pod.sidecars !== undefined) {
      const since = `1.${steps.nativeSidecars.since}`;
      additions.report(
        'pod.sidecars',
        `before Kubernetes ${since} a Job with a sidecar never ends; raise kubernetes.minimum`,
      );
    }
    const accountPullSecrets = accountOf(all, object)?.imagePullSecrets ?? [];
    const context = { workload: metadata.name, hasNativeSidecars, accountPullSecrets };
    return mapPodTemplate<PodFields>(described, (each) => extendPod(each, pod, context, additions));
  }

  private patch(object: KubernetesManifest, additions: Additions): KubernetesManifest {
    const { value, problem } = applyPatch(object, this.extension.patch ?? []);
    if (problem !== undefined) {
      additions.report(`patch.${problem.index}`, problem.message);
      return object;
    }
    const patched = value as KubernetesManifest;
    if (!isSameObject(object, patched)) {
      additions.report('patch', 'changes the identity of the object; leave kind, name and namespace as they are');
      return object;
    }
    return patched;
  }
}

function isSameObject(object: KubernetesManifest, patched: Partial<KubernetesManifest> | null): boolean {
  const { name, namespace } = object.metadata;
  const stated = patched?.metadata;
  return patched?.kind === object.kind && stated?.name === name && stated?.namespace === namespace;
}

function mapObjects(
  files: ObjectFiles,
  change: (object: KubernetesManifest) => readonly KubernetesManifest[],
): ObjectFiles {
  return Object.fromEntries(Object.entries(files).map(([file, objects]) => [file, objects.flatMap(change)]));
}

/** The account that the pods of a workload have. */
function accountOf(all: readonly KubernetesManifest[], object: KubernetesManifest): AccountFields | undefined {
  const name = findPodTemplate<PodFields>(object)?.spec.serviceAccountName;
  const { namespace = '' } = object.metadata;
  return name === undefined ? undefined : findTarget(all, { kind: 'ServiceAccount', name, namespace });
}

/** Adds a workload's own account in front of it, with the rights of the account before if its pods use the API. */
function addAccount(
  files: ObjectFiles,
  { object, extended, account }: AccountChange,
  additions: Additions,
): ObjectFiles {
  const before = accountOf(Object.values(files).flat(), object);
  if (before?.metadata.name === object.metadata.name) {
    additions.report('pod.serviceAccount', `${object.metadata.name} has an account of its own already; target that`);
    return files;
  }
  const own = sortKeys(makeOwnAccount(object, before, account));
  const spec = findPodTemplate<PodFields>(extended)?.spec;
  const needsRights = before !== undefined && spec !== undefined && usesKubernetes(spec);
  return mapObjects(files, (each) => {
    if (each === extended) return [own, each];
    return [needsRights ? bindLike(each, before, own.metadata.name) : each];
  });
}

/** A workload before and after its extension, and the account that it gets. */
interface AccountChange {
  readonly object: KubernetesManifest;
  readonly extended: KubernetesManifest;
  readonly account: OwnServiceAccount;
}

/** The object that a target names. A cluster-scoped object is found whatever the namespace. */
export function findTarget(
  objects: readonly KubernetesManifest[],
  { kind, name, namespace }: TargetObject,
): KubernetesManifest | undefined {
  return objects.find(
    ({ kind: found, metadata }) =>
      found === kind && metadata.name === name && (metadata.namespace ?? namespace) === namespace,
  );
}

/** Why there is no such object, and which there is instead. */
export function describeUnknownTarget(objects: readonly KubernetesManifest[], wanted: TargetObject): string {
  const id = idOf(wanted.kind, wanted.name);
  const found = (name: string) => objects.filter(({ kind, metadata }) => idOf(kind, metadata.name) === name);
  const elsewhere = found(id).map(({ metadata }) => metadata.namespace);
  if (elsewhere.length > 0) {
    return `${id} is not in ${wanted.namespace} but in ${elsewhere.join(' and ')}; state the namespace`;
  }
  const nearest = findNearestName(
    id,
    objects.map(({ kind, metadata }) => idOf(kind, metadata.name)),
  );
  const [{ metadata } = { metadata: undefined }] = nearest === undefined ? [] : found(nearest);
  const hint =
    metadata === undefined
      ? 'use the kind and name of an object in the files of the environment'
      : `did you mean ${nearest}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}?`;
  return `there is no ${id} in ${wanted.namespace}; ${hint}`;
}

function idOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}
