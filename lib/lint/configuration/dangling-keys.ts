import type { KeySource } from '../../manifests/config-index';
import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { selectedBy } from '../traffic/service-selectors';
import { webhookServiceReferences } from '../traffic/webhook-services';
import { type KeyReference, keyReferences } from './key-references';

/** Every ConfigMap and Secret that is referred to exists, and has the keys. */
export const danglingKeys: Rule = {
  name: 'dangling-keys',
  formerNames: ['existing-keys'],
  class: 'broken',
  documentation: {
    finds: 'A reference to a ConfigMap or Secret, or to a key of one, that does not exist.',
    why: 'The container does not start, or the volume is not mounted.',
    fix: 'Correct the name or the key, or add what is missing.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: database, key: password } } }]
`,
  },
  *check(set) {
    const webhooks = webhookWorkloads(set);
    for (const reference of keyReferences(set)) {
      if (isMadeByProgram(set, webhooks, reference)) continue;
      yield* dangling(set, reference);
    }
  },
};

/** Workloads behind the webhooks of the set: their programs, or a tool of theirs, make the certificates. */
function webhookWorkloads(set: ManifestSet): ReadonlySet<Cursor> {
  const services = webhookServiceReferences(set).flatMap(
    (at) => set.find('Service', at.text('namespace') ?? '', at.text('name') ?? '') ?? [],
  );
  return new Set(services.flatMap((service) => selectedBy(set, service)).map(({ owner }) => owner));
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
      remedy: `correct the name, or add the ${kind}, or declare it: --assume ${kind}/${namespace}/${name}`,
    };
    return;
  }
  if (source.hasUnknownKeys || isPlaceholder(set, kind, source)) return;
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
