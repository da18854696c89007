import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { findKindType } from '../schema/kubernetes-types';
import { type PodSecurityLevel, podSecurityStandards } from './pod-security-standards';

const prefix = 'pod-security.kubernetes.io/';
const levels = Object.keys(podSecurityStandards);

export const podSecurity: Rule = {
  name: 'pod-security',
  class: 'broken',
  finds: 'A pod that its own namespace does not admit, by the label `pod-security.kubernetes.io/enforce`.',
  why: 'The API server refuses each pod, while the Deployment or Job that makes it is accepted.',
  fix: 'State what the level demands, or move the pod to a namespace of another level.',
  isAboutMissing: true,
  example: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: baseline } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: example.org/web:1, securityContext: { privileged: true } }] }
`,
  *check(set) {
    for (const namespace of set.ofType('Namespace')) yield* labels(namespace);
    const levelOf = enforcedLevels(set);
    for (const pod of set.pods) {
      const level = levelOf.get(pod.namespace);
      // What an operator makes of its own kinds is not known.
      if (level === undefined || findKindType(pod.owner.apiVersion, pod.owner.kind) === undefined) continue;
      for (const { message, remedy, failures } of podSecurityStandards[level]) {
        const [at, ...others] = failures(pod);
        const more = others.length === 0 ? '' : `, and ${others.length} more of the pod`;
        if (at !== undefined) yield { at, message: `${message} (${level})${more}`, remedy };
      }
    }
  },
};

/** Levels by the name of the namespace. */
function enforcedLevels(set: ManifestSet): ReadonlyMap<string, PodSecurityLevel> {
  return new Map(
    set.ofType('Namespace').flatMap((namespace): [string, PodSecurityLevel][] => {
      const level = namespace.labels[`${prefix}enforce`];
      return isLevel(level) ? [[namespace.name, level]] : [];
    }),
  );
}

function isLevel(text: string | undefined): text is PodSecurityLevel {
  return text !== undefined && levels.includes(text);
}

/** The API server refuses a namespace with a level or version that it does not know. */
function* labels(namespace: Manifest): Generator<Violation> {
  for (const mode of ['enforce', 'audit', 'warn']) {
    const [level, version] = [`${prefix}${mode}`, `${prefix}${mode}-version`];
    const stated = namespace.labels[level];
    if (stated !== undefined && !isLevel(stated)) {
      const at = namespace.at('metadata', 'labels', level);
      yield { at, message: `"${stated}" is not one of ${levels.join(', ')}`, remedy: 'state one of them' };
    }
    if (/^(latest|v1\.\d+)$/.test(namespace.labels[version] ?? 'latest')) continue;
    const at = namespace.at('metadata', 'labels', version);
    yield {
      at,
      message: `"${namespace.labels[version]}" is not a version`,
      remedy: 'state latest, or one such as v1.30',
    };
  }
}
