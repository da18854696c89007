import { Cause } from '../../../lib/operations/deploy/cause';
import { Kubectl, type KubernetesObject } from '../../../lib/operations/kubectl';

/** A kubectl that knows how every log ends. */
class Logs extends Kubectl {
  override ask = async () => ({ status: 0, stdout: 'dial postgres://veza:hunter2@db\n', stderr: '' });
}

const helm = { status: 1, stdout: '', stderr: 'Error: UPGRADE FAILED: context deadline exceeded\n' };
const helmWords = 'Error: UPGRADE FAILED: context deadline exceeded';

type More = Readonly<Record<string, unknown>> & { readonly metadata?: object };

function object(kind: string, name: string, { metadata, ...more }: More = {}): KubernetesObject {
  const own = { name, namespace: 'shop', uid: `${kind}-${name}` };
  return { apiVersion: 'v1', kind, ...more, metadata: { ...own, ...metadata } };
}

const of = (kind: string, name: string) => ({ ownerReferences: [{ kind, name }] });
const at = (revision: number) => ({ 'deployment.kubernetes.io/revision': String(revision) });

/** A Deployment of a release at a revision, and the ReplicaSets of that and of the one before. */
function deployment(name: string, { release = 'shop', ready = 0, revision = 2 } = {}): KubernetesObject[] {
  const annotations = { 'meta.helm.sh/release-name': release, ...at(revision) };
  return [
    object('Deployment', name, {
      metadata: { annotations },
      spec: { replicas: 1 },
      status: { replicas: 1, updatedReplicas: 1, readyReplicas: ready },
    }),
    ...[1, 2].map((each) =>
      object('ReplicaSet', `${name}-${each}`, { metadata: { ...of('Deployment', name), annotations: at(each) } }),
    ),
  ];
}

function pod(
  name: string,
  owner: object,
  state: object,
  more: { phase?: string; uid?: string } = {},
): KubernetesObject {
  const { phase = 'Running', uid = name } = more;
  const containerStatuses = [{ name: 'app', ready: false, restartCount: 0, ...state }];
  return object('Pod', name, { metadata: { uid, ...owner }, status: { phase, containerStatuses } });
}

const pulling = { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } };
const crashing = {
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1 } },
};
const unready = { state: { running: {} } };
const ended = { state: { terminated: { exitCode: 1 } } };

/** What is told of a failure after some looks, and what others are told. */
async function told(...looks: (readonly KubernetesObject[])[]): Promise<{ told: string; news: string }> {
  const cause = new Cause(new Logs('context'), 'shop');
  for (const look of looks) await cause.lookAt(look);
  const { problems, news } = cause.failure(helm, (words) => [words]);
  return { told: problems.join(), news: news.join() };
}

const chat = deployment('chat');
const chatPod = pod('chat-2-x', of('ReplicaSet', 'chat-2'), pulling);

test.each<[string, readonly KubernetesObject[]]>([
  ["a Job's pod that failed last night", [pod('backup-1-x', of('Job', 'backup-1'), ended, { phase: 'Failed' })]],
  [
    'a pod of another release',
    [...deployment('api', { release: 'other' }), pod('api-2-x', of('ReplicaSet', 'api-2'), crashing)],
  ],
  [
    'a pod of a workload that is complete',
    [...deployment('api', { ready: 1 }), pod('api-2-x', of('ReplicaSet', 'api-2'), crashing)],
  ],
  ['a pod of the revision before', [...deployment('api'), pod('api-1-x', of('ReplicaSet', 'api-1'), crashing)]],
  [
    'a pod that was evicted',
    [...deployment('api'), pod('api-2-x', of('ReplicaSet', 'api-2'), ended, { phase: 'Failed' })],
  ],
  [
    'a pod that a StatefulSet still has of the revision before',
    [
      object('StatefulSet', 'api', {
        metadata: { annotations: { 'meta.helm.sh/release-name': 'shop' } },
        spec: {},
        status: { updateRevision: 'api-2' },
      }),
      pod('api-0', { ...of('StatefulSet', 'api'), labels: { 'controller-revision-hash': 'api-1' } }, crashing),
    ],
  ],
])('%s does not take the blame', async (_, innocent) => {
  expect((await told([], [...innocent, ...chat, chatPod])).told).toBe(
    `pod chat-2-x: ImagePullBackOff: no such image; Helm: ${helmWords}`,
  );
  expect((await told([], innocent)).told).toBe(helmWords);
});

test('the end of a log is told to the user, and to nobody else', async () => {
  const state = 'pod chat-2-x: CrashLoopBackOff: ended with exit code 1';
  expect(await told([], [...chat, pod('chat-2-x', of('ReplicaSet', 'chat-2'), crashing)])).toStrictEqual({
    told: `${state}; its log ends: dial postgres://veza:hunter2@db; Helm: ${helmWords}`,
    news: `${state}; Helm: ${helmWords}`,
  });
});

test('a pod that failed before takes the blame only where no other has trouble', async () => {
  const look = [...chat, chatPod];
  expect((await told(look, look)).told).toMatch(/^pod chat-2-x: ImagePullBackOff/);
  const starting = [...deployment('api'), pod('api-2-x', of('ReplicaSet', 'api-2'), unready)];
  expect((await told(look, [...look, ...starting])).told).toMatch(/^pod api-2-x: container app runs and is not ready/);
  const again = pod('chat-2-x', of('ReplicaSet', 'chat-2'), crashing, { uid: 'another' });
  expect((await told(look, [...chat, again, ...starting])).told).toMatch(/^pod chat-2-x: CrashLoopBackOff/);
});

test('what was seen is remembered when going back takes the pod away, and forgotten when it gets over it', async () => {
  const waiting = [...chat, pod('chat-2-x', of('ReplicaSet', 'chat-2'), unready)];
  const serving = pod('chat-2-x', of('ReplicaSet', 'chat-2'), { ...unready, ready: true });
  expect((await told([], waiting, deployment('chat', { revision: 1 }))).told).toMatch(/^pod chat-2-x: container app/);
  expect((await told([], waiting, [...chat, serving])).told).toBe(helmWords);
  expect((await told([], [...chat, chatPod], waiting)).told).toMatch(/^pod chat-2-x: ImagePullBackOff/);
});
