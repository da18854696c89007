import type { KeySource } from '../../manifests/config-index';
import type { Cursor } from '../../manifests/cursor';
import { readExternalStatement } from '../../manifests/external-annotation';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { ObjectSet } from '../../manifests/object-set';
import { formatMissingRemedy, reportMissing } from '../common-findings';
import type { Rule, Violation } from '../rule';
import { exampleContainer, examplePod } from '../rule';
import { listWebhookServices } from '../traffic/service-references';
import { selectPods } from '../traffic/services';
import { type KeyReference, listKeyReferences } from './key-references';

export const danglingKeys: Rule = {
  name: 'dangling-keys',
  formerNames: ['existing-keys'],
  class: 'broken',
  finds: 'A reference to a ConfigMap or Secret, or to a key of one, that does not exist.',
  why: 'The container does not start, or the volume is not mounted.',
  fix: 'Correct the name or the key, or add what is missing.',
  example: `${exampleContainer}
      env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: database, key: password } } }]
`,
  *check(set) {
    const webhooks = webhookWorkloads(set);
    for (const reference of listKeyReferences(set)) {
      if (isMadeByProgram(set, webhooks, reference)) continue;
      yield* dangling(set, reference);
    }
  },
};

/** Workloads behind the webhooks of the set: their programs, or a tool of theirs, make the certificates. */
function webhookWorkloads(set: ManifestSet): ReadonlySet<Cursor> {
  const services = listWebhookServices(set).flatMap(
    (at) => set.find('Service', at.text('namespace') ?? '', at.text('name') ?? '') ?? [],
  );
  return new Set(services.flatMap((service) => selectPods(set, service)).map(({ owner }) => owner));
}

/** Token of a service account, under a name that the cluster made up: it is in manifests that were read from one. */
const accountToken = /-token-[a-z0-9]{5}$/;

/** Whether a Secret that the set does not have may be made by one of its programs, or by the cluster. */
function isMadeByProgram(
  set: ManifestSet,
  webhooks: ReadonlySet<Cursor>,
  { at, kind, namespace, name }: KeyReference,
): boolean {
  return (
    kind === 'Secret' &&
    set.keySources.find(kind, namespace, name) === undefined &&
    (accountToken.test(name) || set.programRights.mayCreateSecretsIn(namespace) || webhooks.has(at.root))
  );
}

function* dangling(set: ManifestSet, { at, kind, namespace, name, keys }: KeyReference): Generator<Violation> {
  const source = set.keySources.find(kind, namespace, name);
  if (source === undefined) {
    if (!set.isComplete(namespace) || set.has(kind, namespace, name) || set.mentioned.has(namespace, name)) return;
    const others = formatList(set.keySources.namesIn(kind, namespace));
    yield {
      at,
      message: `${kind} ${name} does not exist${namespace === '' ? '' : ` in ${namespace}`} (there is ${others})`,
      remedy: formatMissingRemedy(kind, namespace, name),
    };
    return;
  }
  if (source.hasUnknownKeys || isPlaceholder(set, kind, source) || isGenerated(set, kind, name)) return;
  for (const wanted of keys) {
    if (source.keys.has(wanted.key)) continue;
    yield {
      at: wanted.at,
      message: `${kind} ${name} has no key "${wanted.key}" (it has ${formatList(source.keys)})`,
      remedy: `refer to a key that it has, or add "${wanted.key}" to it`,
    };
  }
}

/** Whether a Secret without any key is there for an overlay to fill. */
function isPlaceholder(set: ManifestSet, kind: string, { keys }: KeySource): boolean {
  return kind === 'Secret' && keys.size === 0 && set.isKustomizeInput;
}

/** Whether kustomize makes an object of that name, with other keys, or adds keys to this one. */
function isGenerated(set: ManifestSet, kind: string, name: string): boolean {
  const generators = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
  return set
    .ofType('Kustomization.kustomize.config.k8s.io', 'Component.kustomize.config.k8s.io')
    .some((kustomization) => kustomization.items(generators).some((generator) => generator.text('name') === name));
}

/** Class policy: other projects create them by hand. */
export const pullSecrets: Rule = {
  name: 'pull-secrets',
  class: 'policy',
  finds: 'An image pull Secret that does not exist.',
  why: 'Private images cannot be pulled.',
  fix: 'Correct the name, or declare the Secret with --assume.',
  example: `${examplePod}
  imagePullSecrets: [{ name: registry }]
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const { at, namespace, name } of listPullSecretReferences(set)) {
      if (set.keySources.find('Secret', namespace, name) || set.has('Secret', namespace, name)) continue;
      if (!set.isComplete(namespace) || set.mentioned.has(namespace, name)) continue;
      yield reportMissing(set, at, 'Secret', namespace, name);
    }
  },
};

/** Every reference to an image pull Secret, of pods and of their accounts. */
export function listPullSecretReferences(set: ObjectSet): KeyReference[] {
  const users = [
    ...set.pods.map(({ namespace, spec }) => ({ namespace, place: spec })),
    ...set.ofType('ServiceAccount').map((account) => ({ namespace: account.namespace, place: account })),
  ];
  return users.flatMap(({ namespace, place }) =>
    place
      .items('imagePullSecrets')
      .map((at) => ({ at, kind: 'Secret', namespace, name: at.text('name') ?? '', keys: [] })),
  );
}

export const externalObjects: Rule = {
  name: 'external-objects',
  class: 'broken',
  finds: 'A line of the annotation `integrity.veza.app/external` that cannot be read.',
  why: 'The line has no effect, and references to the object that it means are reported as dangling.',
  fix: 'Write `Kind/name` or `Kind/namespace/name`, followed by `: key, key` for a ConfigMap or Secret of which the keys are known.',
  example: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: { integrity.veza.app/external: "the secret database" }
spec:
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const object of set.objects) {
      const statement = readExternalStatement(object);
      for (const line of statement?.unreadable ?? []) {
        yield {
          at: statement?.at ?? object,
          message: `"${line}" names no object`,
          remedy: 'write Kind/name, Kind/namespace/name or Kind/name: key, key',
        };
      }
    }
  },
};
