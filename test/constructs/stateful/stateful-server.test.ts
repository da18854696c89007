import { StatefulServer, type StatefulServerProps } from '../../../lib/constructs/stateful/stateful-server';
import { synthesized } from '../../support/synth';

const base: StatefulServerProps = {
  identity: { namespace: 'shop', platform: 'shop', environment: 'test', name: 'queue', component: 'queue' },
  uid: 10001,
  service: { name: 'queue-service', portName: 'amqp', port: 80, targetPort: 'amqp-tls' },
  pods: { kind: 'single' },
  storage: { className: 'standard', size: '1Gi' },
  files: { 'queue.conf': 'durable = yes\n' },
  priorityClassName: 'stores',
  terminationGracePeriodSeconds: 30,
  pod: { containers: [{ name: 'queue', image: 'queue:1' }] },
};

function make(changed: Partial<StatefulServerProps> = {}) {
  const objects = synthesized((scope) => new StatefulServer(scope, 'server', { ...base, ...changed }));
  const spec = (kind: string, name = 'queue') =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)?.spec;
  return { objects, spec, statefulSet: spec('StatefulSet') };
}

function replicated(replicas: number, stickySessions = false) {
  return make({ pods: { kind: 'replicated', replicas, stickySessions } });
}

const selector = { app: 'queue' };
const ports = [{ name: 'amqp', port: 80, targetPort: 'amqp-tls', protocol: 'TCP' }];

test('a single pod is called by clients even while it is not ready', () => {
  const { spec, statefulSet } = make();
  expect(spec('Service', 'queue-service')).toEqual({
    type: 'ClusterIP',
    publishNotReadyAddresses: true,
    selector,
    ports,
  });
  expect(spec('Service', 'queue-headless')).toEqual({ clusterIP: 'None', selector, ports });
  expect(statefulSet).toMatchObject({ replicas: 1, serviceName: 'queue-headless' });
  expect(statefulSet).not.toHaveProperty('podManagementPolicy');
  expect(spec('PodDisruptionBudget')).toBeUndefined();
});

test('replicated pods find each other before they are ready, and clients call only ready ones', () => {
  const { spec, statefulSet } = replicated(2);
  expect(spec('Service', 'queue-service')).toEqual({ type: 'ClusterIP', selector, ports });
  expect(spec('Service', 'queue-headless')).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  expect(statefulSet).toMatchObject({ replicas: 2, podManagementPolicy: 'Parallel', minReadySeconds: 10 });
  expect(spec('PodDisruptionBudget')).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: selector } });
});

test('one replica has no disruption budget, which would keep its node from being drained', () => {
  expect(replicated(1).spec('PodDisruptionBudget')).toBeUndefined();
});

test('sticky sessions keep a client with one pod', () => {
  expect(replicated(2, true).spec('Service', 'queue-service')).toMatchObject({ sessionAffinity: 'ClientIP' });
});

test('the pods restart for the stated texts only', () => {
  const annotations = (changed: Partial<StatefulServerProps>) =>
    make(changed).statefulSet?.template?.metadata?.annotations;
  expect(annotations({})).toBeUndefined();
  const first = annotations({ restartsOnChangeOf: { 'other.conf': 'a' } });
  expect(first?.['checksum/config']).toMatch(/^[0-9a-f]{64}$/);
  expect(annotations({ restartsOnChangeOf: { 'other.conf': 'b' } })).not.toEqual(first);
  expect(annotations({ restartsOnChangeOf: { 'other.conf': 'a' }, files: {} })).toEqual(first);
});
