import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainProgress } from '../../../lib/cli/terminal-progress';
import { commandLineClients, connect } from '../../../lib/cluster/clients';
import { Helm } from '../../../lib/cluster/helm';
import { OperationLock } from '../../../lib/cluster/operation-lock';
import { createProcessRunner, type ProcessRunner } from '../../../lib/cluster/process';
import { deploy } from '../../../lib/operations/deploy/deploy';
import type { DeployContext, DeployRequest } from '../../../lib/operations/deploy/deploy-context';
import { writeChart } from '../../../lib/operations/deploy/helm-upgrade';
import type { Address } from '../../../lib/operations/smoke/http-probe';
import { runSmokeTests } from '../../../lib/operations/smoke/smoke-test';
import type { Environment } from '../../../lib/platform/environment';
import { withRelease } from '../../../lib/platform/release';
import { environmentSecrets } from '../../../lib/synth/environment-secrets';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { type Cluster, startCluster } from '../../support/cluster/cluster';
import { inProcess } from '../../support/cluster/in-process';
import type { KubeObject } from '../../support/cluster/objects';
import { type Answer, type Running, start } from '../../support/cluster/run';
import { writeStandIns } from '../../support/cluster/stand-ins';
import type { Workload } from '../../support/cluster/workloads';
import { hastyClock } from '../../support/hasty-clock';
import { bundle } from '../../support/program';
import { Site } from '../smoke/site';

/** How a deploy ended: what it returned, or what it failed with, line by line. */
export interface Ending {
  readonly done?: string;
  readonly failed?: readonly string[];
}

/** What runs where every service is at a version, as `Bed.running` has it. */
export function all(version: string): string[] {
  return ['backend-api', 'chat-server', 'stream-server'].map((service) => `${service}:${version}`);
}

/** A cluster that is ready for the first deploy of an environment, and the world in front of it. */
export class Bed {
  /** Every line that was said, those of the progress included. */
  readonly told: string[] = [];
  private readonly site = new Site();
  private readonly clock = hastyClock();
  private address: Address | undefined;

  private constructor(
    readonly environment: Environment,
    readonly cluster: Cluster,
    private readonly tools: string,
    private readonly run: ProcessRunner,
  ) {}

  /** @param realTools folder of the real kubectl and Helm. @default - the stand-ins, without a process for each call */
  static async make(environment: Environment, realTools?: string): Promise<Bed> {
    const { deployment } = environment;
    const cluster = await startCluster({ context: deployment.context });
    for (const { home, name, keys } of environmentSecrets(veza, environment)) {
      const { namespace } = home;
      if (!cluster.objects.one('Namespace', namespace)) {
        cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      }
      const data = Object.fromEntries(keys.map((key) => [key, 'YSBzZWNyZXQgdGhhdCBpcyBsb25nIGVub3VnaA==']));
      cluster.objects.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data });
    }
    const tools = realTools ?? standIns();
    const bed = new Bed(
      environment,
      cluster,
      tools,
      realTools === undefined ? inProcess(cluster.kubeconfig) : createProcessRunner(process.env),
    );
    bed.address = await bed.site.start();
    process.env.PATH = `${tools}:${process.env.PATH}`;
    process.env.KUBECONFIG = cluster.kubeconfig;
    return bed;
  }

  /** What the world asks of the public services is answered so from now on. */
  get answers(): Site['answers'] {
    return this.site.answers;
  }

  /** The same cluster, for the same environment as other data state it. */
  at(environment: Environment): Bed {
    return Object.assign(Object.create(Bed.prototype), this, { environment });
  }

  /** Address of what answers to the smoke test. */
  get url(): string {
    return `http://${this.address?.host}:${this.address?.port}`;
  }

  /** Runs kubectl, as somebody by hand. */
  kubectl(args: readonly string[], input?: string): Promise<Answer> {
    return this.run('kubectl', args, { input });
  }

  /** Runs a command of `veza` as a program. */
  program(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.start(name, args, env).answer;
  }

  /** Runs a command as a pipeline does: node takes the place of the shell. */
  pipeline(name: string, args: readonly string[]): Running {
    const script = ['exec', process.execPath, 'lib/cli/veza.js', name, ...args].join(' ');
    const env = { CI: 'true' };
    return start(['sh', '-c', script], { bin: this.tools, kubeconfig: this.cluster.kubeconfig, env });
  }

  /** Starts a command of `veza` as a program. */
  start(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const command = [process.execPath, bundle('main.ts'), name, ...args];
    return start(command, { bin: this.tools, kubeconfig: this.cluster.kubeconfig, env: { CI: 'true', ...env } });
  }

  /** Deploys a version, and more or less than that. */
  async deploy(
    version: string,
    order: Partial<DeployRequest> = {},
    confirm = async () => {},
    stop = new AbortController().signal,
  ): Promise<Ending> {
    const full: DeployRequest = {
      version,
      services: [],
      dryRun: false,
      skipBackup: undefined,
      ...order,
    };
    try {
      return { done: await deploy(full, await this.context(), { confirm, abortable: (work) => work(stop) }) };
    } catch (error) {
      const { problems, message } = error as { readonly problems?: readonly string[]; readonly message: string };
      return { failed: problems ?? [message] };
    }
  }

  /** The context of a deploy that prints into `told`. */
  async context(): Promise<DeployContext> {
    const { environment } = this;
    const clock = this.clock;
    const { namespace } = environment;
    const print = (line: string) => void this.told.push(line);
    const kubectl = await connect(environment, commandLineClients(this.run));
    const progress = new PlainProgress(print);
    const smoke = { address: this.address, timeout: 60_000, retryPolicy: { firstPause: 1000, timeoutMs: 5000 }, clock };
    return {
      platform: veza,
      environment,
      kubectl,
      helm: await Helm.create(kubectl.context, namespace, this.run),
      lock: new OperationLock({ kubectl, namespace, progress, clock }),
      progress,
      clock,
      print,
      runSmokeTests: (signal) => runSmokeTests(veza, environment, { ...smoke, signal }, print),
    };
  }

  /** The release of each service that the cluster is told to run. */
  get running(): string[] {
    return this.deployments.map(
      ({ spec }) => spec.template.spec.containers[0]?.image.replace('ghcr.io/veza/', '') ?? '',
    );
  }

  /** Services with all their pods ready at what they are told to run. */
  get ready(): string[] {
    return this.deployments
      .filter(({ status }) => status?.updatedReplicas === 2 && status.readyReplicas === 2 && status.replicas === 2)
      .map(({ metadata }) => metadata.name);
  }

  /** Puts an object into the cluster as it is now, whatever has become of it meanwhile. */
  put({ metadata: { resourceVersion: _, ...metadata }, ...object }: KubeObject): void {
    this.cluster.objects.update({ ...object, metadata });
  }

  /** Writes the chart of a version, with more files if need be, and returns its folder. */
  chart(version: string, more: Readonly<Record<string, string>> = {}): string {
    const { environment } = this;
    const { files } = renderEnvironment(veza, withRelease(environment, version));
    return writeChart(temporaryFolder(), {
      name: environment.namespace,
      release: version,
      files: { ...files, ...more },
    });
  }

  /** Helm's memory: revision, state and what it was. */
  async history(): Promise<string[]> {
    const helm = await Helm.create(this.environment.deployment.context, this.environment.namespace, this.run);
    return (await helm.history()).map(({ revision, status, app_version }) => `${revision} ${status} ${app_version}`);
  }

  async stop(): Promise<void> {
    await this.site.stop();
    await this.cluster.stop();
    process.env.PATH = process.env.PATH?.replace(`${this.tools}:`, '');
    delete process.env.KUBECONFIG;
  }

  private get deployments(): Workload[] {
    return this.cluster.objects
      .all<Workload>('Deployment', this.environment.namespace)
      .filter(({ metadata }) => /^veza-(backend|chat|stream)/.test(metadata.name));
  }
}

/** A folder with the stand-ins of kubectl and Helm. */
function standIns(): string {
  const folder = temporaryFolder();
  writeStandIns(folder);
  return folder;
}

const folder = mkdtempSync(join(tmpdir(), 'veza-bed-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A folder that is gone when the tests are. */
function temporaryFolder(): string {
  return mkdtempSync(join(folder, 'part-'));
}
