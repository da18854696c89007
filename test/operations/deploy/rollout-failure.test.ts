import { Kubectl } from '../../../lib/cluster/kubectl';
import type { KubernetesObject } from '../../../lib/cluster/kubernetes-client';
import { RolloutFailureTracker } from '../../../lib/operations/deploy/rollout-failure';

const events = {
  chat: { reason: 'Pulling', message: 'Pulling image "chat:v2"', lastTimestamp: '2026-11-25T10:00:00Z' },
  db: {
    reason: 'FailedCreate',
    message: 'create Pod db-0 failed: exceeded quota',
    lastTimestamp: '2026-11-25T10:00:00Z',
  },
};

/** A kubectl that knows how every log ends, and what happened last. */
class Logs extends Kubectl {
  protected override ask = async (args: readonly string[]) => {
    const [verb, fields = ''] = [args[0], args.at(-1)];
    if (verb !== 'get') return { status: 0, stdout: 'dial postgres://veza:hunter2@db\n', stderr: '' };
    const name = /involvedObject\.name=([a-z]+)/.exec(fields)?.[1] ?? '';
    const stdout = JSON.stringify({ items: name in events ? [events[name as keyof typeof events]] : [] });
    return { status: 0, stdout, stderr: '' };
  };
}

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

/** The message of a failure after some observations, and the public one. */
async function failureAfter(
  ...looks: (readonly KubernetesObject[])[]
): Promise<{ message: string; publicMessage: string }> {
  let time = 0;
  const cause = new RolloutFailureTracker(
    new Logs('context', () => Promise.reject(new Error('no program is run'))),
    'shop',
    { elapsed: () => time },
  );
  for (const look of looks) {
    await cause.observe(look);
    time += 30_000;
  }
  const { problems, publicMessages } = cause.toError(helmWords, (words) => [words]);
  return { message: problems.join(), publicMessage: publicMessages.join() };
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
])('%s is not the cause', async (_, innocent) => {
  expect((await failureAfter([], [...innocent, ...chat, chatPod])).message).toBe(
    `pod chat-2-x: ImagePullBackOff: no such image; Helm: ${helmWords}`,
  );
  expect((await failureAfter([], innocent)).message).toBe(helmWords);
});

test('the end of a log is in the message for the user, and not in the public one', async () => {
  const state = 'pod chat-2-x: CrashLoopBackOff: ended with exit code 1';
  expect(await failureAfter([], [...chat, pod('chat-2-x', of('ReplicaSet', 'chat-2'), crashing)])).toStrictEqual({
    message: `${state}; last log lines: dial postgres://veza:hunter2@db; Helm: ${helmWords}`,
    publicMessage: `${state}; Helm: ${helmWords}`,
  });
});

test('a pod that failed before the rollout is the cause only if no other pod fails', async () => {
  const look = [...chat, chatPod];
  expect((await failureAfter(look, look)).message).toMatch(/^pod chat-2-x: ImagePullBackOff/);
  const starting = [...deployment('api'), pod('api-2-x', of('ReplicaSet', 'api-2'), unready)];
  expect((await failureAfter(look, [...look, ...starting])).message).toMatch(
    /^pod api-2-x: container app runs and is not ready/,
  );
  const again = pod('chat-2-x', of('ReplicaSet', 'chat-2'), crashing, { uid: 'another' });
  expect((await failureAfter(look, [...chat, again, ...starting])).message).toMatch(/^pod chat-2-x: CrashLoopBackOff/);
});

test('what was seen is remembered when going back takes the pod away, and forgotten when it gets over it', async () => {
  const waiting = [...chat, pod('chat-2-x', of('ReplicaSet', 'chat-2'), unready)];
  const serving = pod('chat-2-x', of('ReplicaSet', 'chat-2'), { ...unready, ready: true });
  expect((await failureAfter([], waiting, deployment('chat', { revision: 1 }))).message).toMatch(
    /^pod chat-2-x: container app/,
  );
  expect((await failureAfter([], waiting, [...chat, serving])).message).toBe(helmWords);
  expect((await failureAfter([], [...chat, chatPod], waiting)).message).toMatch(/^pod chat-2-x: ImagePullBackOff/);
});

test('a quota that lets no pod be made is named, of a Deployment and of a StatefulSet', async () => {
  const message = 'pods "chat-2-x" is forbidden: exceeded quota: veza-quota';
  const [workload, ...sets] = deployment('chat');
  const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
  const full = { ...workload, status: { replicas: 0, conditions } } as KubernetesObject;
  expect((await failureAfter([], [full, ...sets])).message).toMatch(
    /^Deployment\/chat: FailedCreate: pods .* exceeded quota/,
  );
  const metadata = { annotations: { 'meta.helm.sh/release-name': 'shop' } };
  const database = object('StatefulSet', 'db', { metadata, spec: {}, status: { replicas: 0 } });
  expect((await failureAfter([], [database])).message).toMatch(
    /^StatefulSet\/db: FailedCreate: create Pod db-0 failed: exceeded/,
  );
});

test('an image that hangs is named once its pod has been starting for half a minute', async () => {
  const state = { state: { waiting: { reason: 'ContainerCreating' } } };
  const look = [...chat, pod('chat-2-x', of('ReplicaSet', 'chat-2'), state, { phase: 'Pending' })];
  expect((await failureAfter(look)).message).toBe(helmWords);
  expect((await failureAfter(look, look)).message).toMatch(
    /^pod chat-2-x: still starting after 30 s: Pulling: Pulling image "chat:v2"; Helm/,
  );
});
