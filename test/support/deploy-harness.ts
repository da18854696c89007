import { PlainProgress } from '../../lib/cli/terminal-progress';
import type { HelmClient } from '../../lib/cluster/helm-client';
import type { KubernetesClient } from '../../lib/cluster/kubernetes-client';
import { LockLostError } from '../../lib/cluster/lease';
import { OperationLock } from '../../lib/cluster/operation-lock';
import type { Clock } from '../../lib/cluster/wait';
import { deploy } from '../../lib/operations/deploy/deploy';
import type { DeployContext, DeployRequest } from '../../lib/operations/deploy/deploy-context';
import { type Environment, listEnvironmentNamespaces } from '../../lib/platform/environment';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { veza } from '../../lib/veza/veza';
import type { Workload } from './cluster/workloads';
import { staging } from './environments/staging';
import { FakeCluster } from './fake-cluster';
import { FakeHelm } from './fake-helm';
import { mortal } from './mortal';
import { contracts, releasesAt } from './own-platform';

/** How a deploy ended: its result, or its errors line by line, and those that the webhook gets. */
export interface Ending {
  readonly done?: string;
  readonly failed?: readonly string[];
  readonly publicMessages?: readonly string[];
}

/** What a test decides about one deploy. */
export interface DeployOptions extends Partial<DeployRequest> {
  /** @default - every plan is confirmed */
  readonly confirm?: () => Promise<void>;
  /** Aborts the deploy. @default - it never does */
  readonly signal?: AbortSignal;
}

/** A fresh fake cluster that is ready for the first deploy of an environment. Time passes by itself, and at once. */
export class DeployHarness {
  /** Every line that was printed, those of the progress included. */
  readonly output: string[] = [];
  readonly cluster: FakeCluster;
  readonly helm: FakeHelm;
  /** The smoke tests of every deploy. @default - they pass */
  runSmokeTests: (signal: AbortSignal) => Promise<void> = async () => undefined;

  constructor(readonly environment: Environment = staging) {
    this.cluster = new FakeCluster({ context: environment.deployment.context });
    this.helm = new FakeHelm(this.cluster, environment.namespace);
    for (const name of listEnvironmentNamespaces(environment)) {
      this.cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const value = Buffer.from('a secret that is long enough').toString('base64');
    for (const { namespaceScope, name, keys } of listEnvironmentSecrets(veza, environment)) {
      const data = Object.fromEntries(keys.map((key) => [key, value]));
      this.cluster.add({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: namespaceScope.namespace },
        data,
      });
    }
  }

  /** The same cluster, for the same environment as other data state it. */
  at(environment: Environment): DeployHarness {
    return Object.assign(Object.create(DeployHarness.prototype), this, { environment });
  }

  /** A cluster of its own in the same state, so that tests can share what takes long to prepare. */
  copy(): DeployHarness {
    const copy = new DeployHarness(this.environment);
    copy.cluster.clock.suspend(this.cluster.clock.elapsed() / 1000);
    copy.cluster.objects.copyFrom(this.cluster.objects);
    return copy;
  }

  /** The context of a deploy that prints into `output`. */
  context(): DeployContext {
    return this.contextOf(this.cluster, this.helm, this.cluster.clock);
  }

  /** Deploys a version. */
  deploy(version: string, options: DeployOptions = {}): Promise<Ending> {
    return runDeploy(version, this.context(), options);
  }

  /**
   * Starts a deploy whose process is killed when `kill` is called: from then on nothing that it calls returns, and Helm is
   * killed with it.
   */
  deployUntilKilled(version: string): { readonly kill: () => void; readonly context: DeployContext } {
    const killed = new AbortController();
    const context = this.contextOf(
      mortal<KubernetesClient>(this.cluster, killed.signal),
      mortalHelm(this.helm, killed.signal),
      mortal<Clock>(this.cluster.clock, killed.signal),
    );
    void runDeploy(version, context, {});
    return { kill: () => killed.abort(new LockLostError('no holder')), context };
  }

  /** The release that each service is set to: `backend-api:v1.0.0`. */
  get running(): string[] {
    return this.services.map(({ spec }) => spec.template.spec.containers[0]?.image.replace('ghcr.io/veza/', '') ?? '');
  }

  /** Names of the services whose pods all are ready at the release that they are set to. */
  get ready(): string[] {
    return this.services
      .filter(({ spec: { replicas = 1 }, status }) =>
        [status?.updatedReplicas, status?.readyReplicas, status?.replicas].every((count) => count === replicas),
      )
      .map(({ metadata }) => metadata.name);
  }

  /** Helm's history: revision, status and release of each revision. */
  async history(): Promise<string[]> {
    return (await this.helm.history()).map(({ revision, status, app_version }) =>
      [revision, status, app_version].join(' '),
    );
  }

  private get services(): Workload[] {
    const deployments = this.cluster.objects.all<Workload>('Deployment', this.environment.namespace);
    return contracts.flatMap(({ name }) => deployments.filter(({ metadata }) => metadata.name === `veza-${name}`));
  }

  private contextOf(kubectl: KubernetesClient, helm: HelmClient, clock: Clock): DeployContext {
    const { environment } = this;
    const print = (line: string) => void this.output.push(line);
    const progress = new PlainProgress(print);
    const lock = new OperationLock({ kubectl, namespace: environment.namespace, progress, clock });
    const runSmokeTests = (signal: AbortSignal) => this.runSmokeTests(signal);
    return { platform: veza, environment, kubectl, helm, lock, progress, clock, print, runSmokeTests };
  }
}

/**
 * Deploys some versions to a fresh cluster once, and returns a function that makes copies of it.
 * @throws Error if one of them fails
 */
export function afterDeploys(environment: Environment, ...versions: readonly string[]): () => Promise<DeployHarness> {
  let prepared: Promise<DeployHarness> | undefined;
  return async () => {
    prepared ??= deployAll(environment, versions);
    return (await prepared).copy();
  };
}

async function deployAll(environment: Environment, versions: readonly string[]): Promise<DeployHarness> {
  const harness = new DeployHarness(environment);
  for (const version of versions) {
    const { failed } = await harness.deploy(version);
    if (failed) throw new Error(failed.join('\n'));
  }
  return harness;
}

/** Names of the services of Veza at a version, but for those that are stated, as `DeployHarness.running` has them. */
export function all(version: string, stated: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(releasesAt(version, stated)).map(([service, release]) => `${service}:${release}`);
}

/** Deploys a version, and returns how that ended. */
export async function runDeploy(version: string, context: DeployContext, options: DeployOptions): Promise<Ending> {
  const { confirm = async () => undefined, signal = new AbortController().signal, ...request } = options;
  const full: DeployRequest = { version, services: [], dryRun: false, skipBackup: undefined, ...request };
  try {
    return { done: await deploy(full, context, { confirm, abortable: (work) => work(signal) }) };
  } catch (error) {
    const { problems, message, publicMessages } = error as Partial<Ending> & {
      readonly problems?: readonly string[];
      readonly message: string;
    };
    return { failed: problems ?? [message], ...(publicMessages === undefined ? {} : { publicMessages }) };
  }
}

/** A Helm that is killed with the process that runs it. */
function mortalHelm(helm: HelmClient, killed: AbortSignal): HelmClient {
  const alive = mortal(helm, killed);
  return {
    history: () => alive.history(),
    manifest: (revision) => alive.manifest(revision),
    upgrade: (options) => alive.upgrade({ ...options, signal: AbortSignal.any([options.signal, killed]) }),
    rollback: (revision, seconds, signal) => alive.rollback(revision, seconds, AbortSignal.any([signal, killed])),
  };
}
