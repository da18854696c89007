import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ObjectSet } from '../../manifests/object-set';
import { placesAt } from '../../manifests/places';
import type { PodTemplate } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import { type ConfigReference, configReferences } from '../operators/reference-table';

/** A reference to a ConfigMap or Secret, and to some of its keys. */
export interface KeyReference {
  readonly at: Cursor;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly { readonly at: Cursor; readonly key: string }[];
}

/** Every reference to configuration in a set, but for the optional ones: these may dangle. */
export const listKeyReferences = rememberFor((set: ObjectSet): readonly KeyReference[] => [
  ...set.pods.flatMap(referencesOfPod),
  ...set.ofType('Ingress.networking.k8s.io').flatMap(referencesOfIngress),
  ...set.ofType('ExternalSecret.external-secrets.io').flatMap(referencesOfExternalSecret),
  ...set.ofType('Gateway.gateway.networking.k8s.io').flatMap(referencesOfGateway),
  ...configReferences.flatMap((row) => set.ofType(...row.from).flatMap((object) => referencesOfRow(object, row))),
]);

function referencesOfPod({ namespace, spec, allContainers }: PodTemplate): KeyReference[] {
  return [
    ...allContainers.flatMap(({ env }) => env.flatMap((entry) => variable(namespace, entry))),
    ...allContainers.flatMap(({ at }) => at.items('envFrom').flatMap((source) => wholeSource(namespace, source))),
    ...spec
      .items('volumes')
      .flatMap((volume) => [
        ...mounted(namespace, 'ConfigMap', volume.at('configMap'), 'name'),
        ...mounted(namespace, 'Secret', volume.at('secret'), 'secretName'),
        ...volume
          .items('projected', 'sources')
          .flatMap((source) => [
            ...mounted(namespace, 'ConfigMap', source.at('configMap'), 'name'),
            ...mounted(namespace, 'Secret', source.at('secret'), 'name'),
          ]),
      ]),
  ];
}

function variable(namespace: string, entry: Cursor): KeyReference[] {
  if (!entry.has('valueFrom')) return [];
  return (['ConfigMap', 'Secret'] as const).flatMap((kind) => {
    const from = entry.at('valueFrom', kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef');
    return reference(kind, namespace, from, 'name', entry, [{ at: entry, key: from.text('key') ?? '' }]);
  });
}

function wholeSource(namespace: string, source: Cursor): KeyReference[] {
  return [
    ...reference('ConfigMap', namespace, source.at('configMapRef'), 'name'),
    ...reference('Secret', namespace, source.at('secretRef'), 'name'),
  ];
}

function mounted(namespace: string, kind: KeyReference['kind'], volume: Cursor, field: string): KeyReference[] {
  return reference(kind, namespace, volume, field, volume, itemsOf(volume));
}

function referencesOfIngress(ingress: Manifest): KeyReference[] {
  return ingress.items('spec', 'tls').flatMap((tls) => {
    const keys = ['tls.crt', 'tls.key'].map((key) => ({ at: tls.at('secretName'), key }));
    return reference('Secret', ingress.namespace, tls, 'secretName', tls.at('secretName'), keys);
  });
}

/** Certificates in the namespace of the Gateway; others need a grant, and often are outside the set. */
function referencesOfGateway(gateway: Manifest): KeyReference[] {
  return placesAt(gateway, 'spec.listeners[].tls.certificateRefs[]')
    .filter((at) => (at.text('kind') ?? 'Secret') === 'Secret' && (at.text('namespace') ?? '') === '')
    .flatMap((at) => {
      const keys = ['tls.crt', 'tls.key'].map((key) => ({ at, key }));
      return reference('Secret', gateway.namespace, at, 'name', at, keys);
    });
}

/** References of an operator's object, as its table states them. */
function referencesOfRow(object: Manifest, { path, kind, keys }: ConfigReference): KeyReference[] {
  return placesAt(object, path).flatMap((at) => {
    const name = at.text() ?? at.text('name') ?? '';
    const stated = at.text('key');
    const wanted = keys ?? (stated === undefined ? [] : [stated]);
    if (name === '' || at.flag('optional') === true) return [];
    return [{ at, kind, namespace: object.namespace, name, keys: wanted.map((key) => ({ at, key })) }];
  });
}

/** The templates from which the operator renders a Secret. */
function referencesOfExternalSecret(object: Manifest): KeyReference[] {
  return object
    .items('spec', 'target', 'template', 'templateFrom')
    .flatMap((source) => [
      ...mounted(object.namespace, 'ConfigMap', source.at('configMap'), 'name'),
      ...mounted(object.namespace, 'Secret', source.at('secret'), 'name'),
    ]);
}

function itemsOf(volume: Cursor): KeyReference['keys'] {
  return volume.items('items').map((item) => ({ at: item.at('key'), key: item.text('key') ?? '' }));
}

function reference(
  kind: KeyReference['kind'],
  namespace: string,
  from: Cursor,
  field: string,
  at: Cursor = from,
  keys: KeyReference['keys'] = [],
): KeyReference[] {
  const name = from.text(field);
  if (!name || from.flag('optional') === true) return [];
  return [{ at, kind, namespace, name, keys }];
}
