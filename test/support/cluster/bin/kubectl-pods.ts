import { readFileSync } from 'node:fs';
import type { ExecAnswer } from '../hooks';
import { resourceOf } from '../kinds';
import { hasLabels, isOwnedBy, type KubeObject } from '../objects';
import type { Pod, Workload } from '../workloads';
import type { Arguments } from './arguments';
import { type Client, Exit, pathFor, Refusal } from './client';
import { io } from './io';
import { listed, namespaceOf, targetsOf } from './kubectl-get';
import { present } from './three-way';

/** Pods that are meant: by name, by what they are part of, or by a selector. */
async function podsOf(client: Client, args: Arguments): Promise<Pod[]> {
  const pods = await client.kind('pods');
  const word = args.words[0];
  if (word === undefined) return (await listed(client, pods, args)) as Pod[];
  const [target] = word.includes('/') ? await targetsOf(client, [word]) : [{ kind: pods, name: word }];
  const { kind = pods, name = '' } = target ?? {};
  const object = await client.json<KubeObject>(pathFor(kind, namespaceOf(args), name));
  if (kind.kind === 'Pod') return [object as Pod];
  const all = (await listed(client, pods, args)) as Pod[];
  if (kind.kind === 'Job') return all.filter((pod) => isOwnedBy(pod, object));
  return all.filter((pod) => hasLabels(pod, (object as Workload).spec.selector.matchLabels));
}

/** `kubectl logs POD`, `logs job/NAME`, `logs -l SELECTOR`. */
export async function logs(client: Client, args: Arguments): Promise<number> {
  const kind = await client.kind('pods');
  const found = await podsOf(client, args).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new Exit(
      1,
      `error: error from server (${error.reason}): ${error.message} in namespace "${namespaceOf(args)}"`,
    );
  });
  for (const pod of found) {
    const container = args.one('container') ?? pod.spec.containers[0]?.name ?? '';
    const tail = args.one('tail');
    const query = {
      container,
      previous: String(args.has('previous')),
      ...(tail === undefined || tail === '-1' ? {} : { tailLines: tail }),
    };
    io().out(await client.text(pathFor(kind, namespaceOf(args), pod.metadata.name, 'log'), { query }));
  }
  return 0;
}

/** `kubectl exec`: the test answers. */
export async function exec(client: Client, args: Arguments): Promise<number> {
  const [pod] = await podsOf(client, args);
  if (!pod) throw new Exit(1, 'error: no pod');
  const { name, namespace } = pod.metadata;
  const container = args.one('container') ?? pod.spec.containers[0]?.name;
  // `-i` is `--stdin` here, and Helm's `--install` elsewhere.
  const input = args.has('install') || args.has('stdin') ? readFileSync(0, 'utf8') : '';
  const body = { namespace, pod: name, container, command: args.rest, input };
  const answer = await client.json<ExecAnswer>('/stand-in/exec', { method: 'POST', body });
  io().out(answer.stdout);
  io().err(answer.stderr);
  if (answer.status !== 0) io().err(`command terminated with exit code ${answer.status}\n`);
  return answer.status;
}

/** Asks until the answer is yes, or for as long as `--timeout` says. @default timeout - 30 s, as kubectl's */
async function until(args: Arguments, isSo: () => Promise<boolean>): Promise<boolean> {
  const [, amount = '30', unit = 's'] = /^(\d+)([smh])$/.exec(args.one('timeout') ?? '30s') ?? [];
  const end = Date.now() + Number(amount) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1) * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** `kubectl wait --for=condition=NAME` or `--for=delete`. */
export async function wait(client: Client, args: Arguments): Promise<number> {
  const [, condition = ''] = /^condition=([^=]+)/i.exec(args.one('for') ?? '') ?? [];
  for (const { kind, name = '' } of await targetsOf(client, args.words)) {
    const path = pathFor(kind, namespaceOf(args), name);
    const what = `${resourceOf({ ...kind, plural: kind.kind.toLowerCase() })}/${name}`;
    const isSo = async () => {
      const object = args.one('for') === 'delete' ? await present(client, path) : await client.json<Workload>(path);
      if (args.one('for') === 'delete') return object === undefined;
      const conditions = (object as Workload).status?.conditions ?? [];
      return conditions.some(({ type, status }) => type.toLowerCase() === condition.toLowerCase() && status === 'True');
    };
    if (!(await until(args, isSo))) {
      throw new Exit(1, `error: timed out waiting for the condition on ${resourceOf({ ...kind, group: '' })}/${name}`);
    }
    io().out(`${what} condition met\n`);
  }
  return 0;
}

/** `kubectl rollout status`. */
export async function rolloutStatus(client: Client, args: Arguments): Promise<number> {
  for (const { kind, name = '' } of await targetsOf(client, args.words.slice(1))) {
    const isSo = async () => isComplete(await client.json<Workload>(pathFor(kind, namespaceOf(args), name)));
    if (!(await until(args, isSo))) throw new Exit(1, 'error: timed out waiting for the condition');
    io().out(`${kind.kind.toLowerCase()} "${name}" successfully rolled out\n`);
  }
  return 0;
}

/** Whether a workload runs as it is now, and nothing else. */
export function isComplete({ kind, metadata, spec, status = {} }: Workload): boolean {
  const observed = status.observedGeneration === metadata.generation;
  if (kind === 'DaemonSet') {
    return (
      observed &&
      status.numberReady === status.desiredNumberScheduled &&
      status.updatedNumberScheduled === status.desiredNumberScheduled
    );
  }
  const wanted = spec.replicas ?? 1;
  const all = [status.replicas ?? 0, status.updatedReplicas ?? 0, status.readyReplicas ?? 0];
  return observed && all.every((replicas) => replicas === wanted);
}
