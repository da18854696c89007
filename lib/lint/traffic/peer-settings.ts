import { formatList, type ManifestSet, missingObjectMessage } from '../../manifests/manifest-set';
import { type Setting, settingsOf } from '../configuration/settings';
import type { Rule, Violation } from '../rule';

/** Variables that name a host: `DB_HOST`, and libpq's own `PGHOST`. */
const hostVariable = /(^PG|_)HOST$/;

export const peerSettings: Rule = {
  name: 'peer-settings',
  class: 'policy',
  finds:
    'A *_HOST or PGHOST setting that names a Service that does not exist, or a *_PORT that the Service does not have.',
  why: 'The process cannot reach its peer.',
  fix: 'Name a Service of the namespace, and a port of it.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      env: [{ name: DB_HOST, value: postgres }]
`,
  *check(set) {
    for (const container of set.containers) {
      const settings = settingsOf(container, set);
      for (const host of settings.values()) {
        if (!hostVariable.test(host.name)) continue;
        yield* dangling(set, container.pod.namespace, host, settings.get(host.name.replace(/HOST$/, 'PORT')));
      }
    }
  },
};

function* dangling(set: ManifestSet, ownNamespace: string, host: Setting, port?: Setting): Generator<Violation> {
  const [, name, namespace = ownNamespace] =
    /^([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?$/.exec(host.value ?? '') ?? [];
  if (name === undefined || name === 'localhost') return;
  const service = set.find('Service', namespace, name);
  if (service === undefined) {
    // A name with a dot may be an external one.
    if (host.value?.includes('.') || set.has('Service', namespace, name)) return;
    yield {
      at: host.at,
      message: `${host.name} is "${host.value}": ${missingObjectMessage(set, 'Service', namespace, name)}`,
      remedy: `correct the name, or add the Service, or declare it: --assume Service/${namespace}/${name}`,
    };
    return;
  }
  const ports = service.items('spec', 'ports').map((each) => each.number('port'));
  if (port?.value === undefined || ports.length === 0 || ports.includes(Number(port.value))) return;
  yield {
    at: port.at,
    message: `${port.name} is ${port.value}, but Service ${name} has no such port (it has ${formatList(ports.map(String))})`,
    remedy: 'state a port of the Service',
  };
}
