import type { Cursor } from '../../manifests/cursor';
import { findRepeated } from '../common-findings';
import type { Rule, Violation } from '../rule';
import { findMonitoringFiles } from './monitoring-files';

export const alertReceivers: Rule = {
  name: 'alert-receivers',
  class: 'broken',
  finds: 'A route of Alertmanager to a receiver that is not stated, or two receivers of one name.',
  why: 'Alertmanager refuses the file: it does not start, or keeps the routes that it had.',
  fix: 'Correct the name, or state the receiver.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: alertmanager, namespace: shop }
data:
  alertmanager.yml: |
    route: { receiver: team-shop }
    receivers: [{ name: team-web }]
`,
  *check(set) {
    const configurations = [
      ...findMonitoringFiles(set).alertmanager.map(({ content }) => content),
      ...set.ofType('AlertmanagerConfig.monitoring.coreos.com').map((object) => object.at('spec')),
    ];
    for (const content of configurations) {
      const receivers = content.items('receivers');
      // Collectors of OpenTelemetry have receivers too.
      if (!content.has('route') || receivers.length === 0) continue;
      const rename = 'rename one of the two';
      yield* findRepeated(receivers, nameOf, (name) => `there is another receiver "${name}"`, rename);
      yield* checkRoute(content.at('route'), new Set(receivers.map(nameOf)));
    }
  },
};

function nameOf(receiver: Cursor): string | undefined {
  return receiver.text('name');
}

function* checkRoute(route: Cursor, names: ReadonlySet<string | undefined>): Generator<Violation> {
  const at = route.at('receiver');
  const name = at.text();
  // Something else may fill in a template.
  if (name && !names.has(name) && !/[{$]/.test(name)) {
    const others = [...names].join(', ');
    yield {
      at,
      message: `there is no receiver "${name}" (there is ${others})`,
      remedy: 'correct the name, or state it',
    };
  }
  for (const child of route.items('routes')) yield* checkRoute(child, names);
}
