import { formatList, formatMissingObject, type ManifestSet } from '../../manifests/manifest-set';
import { findIntendedName } from '../../platform/nearest-name';
import { formatMissingRemedy } from '../common-findings';
import { type Setting, settingsOf } from '../configuration/settings';
import type { Rule, Violation } from '../rule';
import { exampleContainer } from '../rule';

/** Variables that name a host: `DB_HOST`, and libpq's own `PGHOST`. */
const hostVariable = /(^PG|_)HOST$/;

export const peerSettings: Rule = {
  name: 'peer-settings',
  class: 'policy',
  finds:
    'A *_HOST or PGHOST setting that names a Service that does not exist, or a *_PORT that the Service does not have.',
  why: 'The process cannot reach its peer.',
  fix: 'Name a Service of the namespace, and a port of it.',
  example: `${exampleContainer}
      env: [{ name: DB_HOST, value: postgres }]
`,
  *check(set) {
    for (const { violation, isCertain } of wrongPeers(set)) if (!isCertain) yield violation;
  },
};

/** A host that can only be a Service of the set is one, and has the port that stands beside it. */
export const peerServices: Rule = {
  name: 'peer-services',
  class: 'broken',
  isAboutMissing: true,
  finds:
    'A *_PORT that the Service of its *_HOST does not have, and a *_HOST that is a misspelt Service, or ends in `.svc` and is none of a namespace of the set.',
  why: 'The process cannot reach its peer.',
  fix: 'Correct the name or the port.',
  example: `
apiVersion: v1
kind: Service
metadata: { name: postgres, namespace: shop }
spec: { ports: [{ port: 5432 }] }
---
${exampleContainer}
      env: [{ name: DB_HOST, value: postgers }]
`,
  *check(set) {
    for (const { violation, isCertain } of wrongPeers(set)) if (isCertain) yield violation;
  },
};

interface WrongPeer {
  readonly violation: Violation;
  /** Whether it is wrong whatever there is outside of the set. */
  readonly isCertain: boolean;
}

function* wrongPeers(set: ManifestSet): Generator<WrongPeer> {
  for (const container of set.containers) {
    const settings = settingsOf(container, set);
    for (const host of settings.values()) {
      if (!hostVariable.test(host.name)) continue;
      yield* dangling(set, container.pod.namespace, host, settings.get(host.name.replace(/HOST$/, 'PORT')));
    }
  }
}

function* dangling(set: ManifestSet, ownNamespace: string, host: Setting, port?: Setting): Generator<WrongPeer> {
  const [, name, namespace = ownNamespace, isService] =
    /^([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(\.svc(?:\.cluster\.local)?)?)?$/.exec(host.value ?? '') ?? [];
  if (name === undefined || name === 'localhost') return;
  const service = set.find('Service', namespace, name);
  if (service === undefined) {
    const meant = misspelt(name, set.namesIn('Service', namespace));
    const isCertain = set.isComplete(namespace) && (isService !== undefined || meant !== undefined);
    // A name with a dot may be an external one.
    if ((host.value?.includes('.') && !isCertain) || set.has('Service', namespace, name)) return;
    const violation = {
      at: host.at,
      message: `${host.name} is "${host.value}": ${formatMissingObject(set, 'Service', namespace, name)}`,
      remedy: formatMissingRemedy('Service', namespace, name),
    };
    yield { violation, isCertain };
    return;
  }
  const ports = service.items('spec', 'ports').map((each) => each.number('port'));
  if (port?.value === undefined || ports.length === 0 || ports.includes(Number(port.value))) return;
  const violation = {
    at: port.at,
    message: `${port.name} is ${port.value}, but Service ${name} has no such port (it has ${formatList(ports.map(String))})`,
    remedy: 'state a port of the Service',
  };
  yield { violation, isCertain: /^\d+$/.test(port.value) };
}

/** The name that was meant; those that differ by a number are others of their kind. */
function misspelt(name: string, names: readonly string[]): string | undefined {
  const numberless = (text: string) => text.replace(/[-\d]/g, '');
  return findIntendedName(
    name,
    names.filter((other) => numberless(other) !== numberless(name)),
  );
}
