import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainProgress } from '../../../lib/cli/terminal-progress';
import { connect, createCommandLineClients } from '../../../lib/cluster/clients';
import { OperationLock } from '../../../lib/cluster/operation-lock';
import { createProcessRunner, type ProcessRunner } from '../../../lib/cluster/process';
import type { DeployContext } from '../../../lib/operations/deploy/deploy-context';
import { writeChart } from '../../../lib/operations/deploy/helm-upgrade';
import type { Address } from '../../../lib/operations/smoke/http-probe';
import { runSmokeTests } from '../../../lib/operations/smoke/smoke-test';
import { type Environment, listEnvironmentNamespaces } from '../../../lib/platform/environment';
import { setRelease } from '../../../lib/platform/release';
import { listEnvironmentSecrets } from '../../../lib/synth/environment-secrets';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { Site } from '../../operations/smoke/site';
import { type Cluster, startCluster } from '../../support/cluster/cluster';
import type { KubeObject } from '../../support/cluster/objects';
import { type Answer, type Running, start } from '../../support/cluster/run';
import type { Workload } from '../../support/cluster/workloads';
import { type DeployOptions, type Ending, runDeploy } from '../../support/deploy-harness';
import { hastyClock } from '../../support/hasty-clock';
import { project } from '../../support/manifests';

/** Versions of the tools that the tests run with. */
export type Tools = 'helm3' | 'helm4';

/** Downloads the tools, unless that was done before. */
export function installTools(): void {
  execFileSync(join(project, 'test/servers/cluster-tools.sh'), { stdio: 'inherit' });
}

/** Folder of the programs kubectl and Helm. */
export function toolsFolder(tools: Tools): string {
  return join(project, 'node_modules/.cache/veza/tools', tools);
}

/**
 * A cluster that is ready for the first deploy of an environment, and the real kubectl and Helm to deploy with. The public
 * services are a server of its own.
 */
export class ToolsHarness {
  /** Every line that was printed, those of the progress included. */
  readonly output: string[] = [];
  private readonly site = new Site();
  private readonly clock = hastyClock();
  private address: Address | undefined;

  private constructor(
    readonly environment: Environment,
    readonly cluster: Cluster,
    private readonly bin: string,
  ) {}

  /** Starts the cluster, and leads the programs of this process to it. */
  static async start(environment: Environment, tools: Tools): Promise<ToolsHarness> {
    const cluster = await startCluster({ context: environment.deployment.context });
    // Roles can be bound only in namespaces that exist.
    for (const name of listEnvironmentNamespaces(environment)) {
      if (cluster.objects.one('Namespace', name)) continue;
      cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const value = Buffer.from('a secret that is long enough').toString('base64');
    for (const { namespaceScope, name, keys } of listEnvironmentSecrets(veza, environment)) {
      const { namespace } = namespaceScope;
      const data = Object.fromEntries(keys.map((key) => [key, value]));
      cluster.objects.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data });
    }
    return ToolsHarness.startWith(cluster, environment, toolsFolder(tools));
  }

  private static async startWith(cluster: Cluster, environment: Environment, bin: string): Promise<ToolsHarness> {
    const harness = new ToolsHarness(environment, cluster, bin);
    harness.address = await harness.site.start();
    Object.assign(process.env, {
      PATH: `${bin}:${process.env.PATH}`,
      KUBECONFIG: cluster.kubeconfig,
      // The tools are written in Go. They end after a moment: collecting their garbage would take a fifth of their CPU time.
      GOGC: '400',
    });
    return harness;
  }

  /** Starts another cluster with the objects of this one, which may have been stopped. */
  async copy(): Promise<ToolsHarness> {
    const cluster = await startCluster({ context: this.environment.deployment.context });
    cluster.objects.copyFrom(this.cluster.objects);
    return ToolsHarness.startWith(cluster, this.environment, this.bin);
  }

  async stop(): Promise<void> {
    await this.site.stop();
    await this.cluster.stop();
    process.env.PATH = process.env.PATH?.replace(`${this.bin}:`, '');
    delete process.env.KUBECONFIG;
    delete process.env.GOGC;
  }

  /** Responses of the public services that replace the correct ones, by path. */
  get answers(): Site['answers'] {
    return this.site.answers;
  }

  /** The same cluster, for the same environment as other data state it. */
  at(environment: Environment): ToolsHarness {
    return Object.assign(Object.create(ToolsHarness.prototype), this, { environment });
  }

  /** Runs kubectl by hand. */
  kubectl(args: readonly string[], input?: string): Promise<Answer> {
    return this.run('kubectl', args, { input });
  }

  /** Runs a command of veza in a process of its own. */
  veza(...args: readonly string[]): Promise<Answer> {
    const command = [process.execPath, 'lib/cli/veza.js', ...args];
    return start(command, { bin: this.bin, kubeconfig: this.cluster.kubeconfig, env: { CI: 'true' } }).answer;
  }

  /** Starts `veza deploy` as a pipeline does: Node.js takes the place of the shell. */
  startDeploy(version: string): Running {
    const { host, port } = this.address ?? {};
    const args = ['lib/cli/veza.js', 'deploy', this.environment.name, version, `--base-url=http://${host}:${port}`];
    const command = ['sh', '-c', ['exec', process.execPath, ...args].join(' ')];
    return start(command, { bin: this.bin, kubeconfig: this.cluster.kubeconfig, env: { CI: 'true' } });
  }

  /** Deploys a version in this process. */
  async deploy(version: string, options: DeployOptions = {}): Promise<Ending> {
    return runDeploy(version, await this.context(), options);
  }

  /** The context of a deploy that prints into `output`. */
  async context(): Promise<DeployContext> {
    const { environment, address } = this;
    const clock = this.clock;
    const { namespace } = environment;
    const clients = createCommandLineClients(this.run);
    const print = (line: string) => void this.output.push(line);
    const kubectl = await connect(environment, clients);
    const progress = new PlainProgress(print);
    const smoke = { address, timeout: 60_000, retryPolicy: { firstPause: 1000, timeoutMs: 5000 }, clock };
    return {
      platform: veza,
      environment,
      kubectl,
      helm: await clients.helm(kubectl.context, namespace),
      lock: new OperationLock({ kubectl, namespace, progress, clock }),
      progress,
      clock,
      print,
      runSmokeTests: (signal) => runSmokeTests(veza, environment, { ...smoke, signal }, print),
    };
  }

  /** The release that each service is set to: `backend-api:v1.0.0`. */
  get running(): string[] {
    return this.services.map(({ spec }) => spec.template.spec.containers[0]?.image.replace('ghcr.io/veza/', '') ?? '');
  }

  /** Names of the services whose pods all are ready at the release that they are set to. */
  get ready(): string[] {
    return this.services
      .filter(({ status }) => status?.updatedReplicas === 2 && status.readyReplicas === 2 && status.replicas === 2)
      .map(({ metadata }) => metadata.name);
  }

  /** Writes an object into the cluster, whatever has become of it meanwhile. */
  put({ metadata: { resourceVersion: _, ...metadata }, ...object }: KubeObject): void {
    this.cluster.objects.update({ ...object, metadata });
  }

  /** Writes the chart of a version with more files, and returns its folder. */
  chart(version: string, more: Readonly<Record<string, string>> = {}): string {
    const { environment } = this;
    const { files } = renderEnvironment(veza, setRelease(environment, version));
    return writeChart(mkdtempSync(join(chartsFolder, 'chart-')), {
      name: environment.namespace,
      release: version,
      files: { ...files, ...more },
    });
  }

  /** Helm's history: revision, status and release of each revision. */
  async history(): Promise<string[]> {
    const { deployment, namespace } = this.environment;
    const helm = await createCommandLineClients(this.run).helm(deployment.context, namespace);
    return (await helm.history()).map(({ revision, status, app_version }) => `${revision} ${status} ${app_version}`);
  }

  private readonly run: ProcessRunner = (...call) => createProcessRunner(process.env)(...call);

  private get services(): Workload[] {
    return this.cluster.objects
      .all<Workload>('Deployment', this.environment.namespace)
      .filter(({ metadata }) => /^veza-(backend|chat|stream)/.test(metadata.name));
  }
}

const chartsFolder = mkdtempSync(join(tmpdir(), 'veza-charts-'));
process.on('exit', () => rmSync(chartsFolder, { recursive: true, force: true }));
