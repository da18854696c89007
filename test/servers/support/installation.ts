import { parseAllDocuments } from 'yaml';
import { Kubectl } from '../../../lib/cluster/kubectl';
import type { Job } from '../../../lib/cluster/kubernetes-types';
import type { ProcessOptions, ProcessResult } from '../../../lib/cluster/process';
import type { Environment } from '../../../lib/platform/environment';
import { postgresCertificates } from '../../../lib/platform/postgres-pod';
import { postgresHost } from '../../../lib/platform/settings/database';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { makeClaim, removeClaim } from './claims';
import { type Manifests, manifestsIn, podOf } from './manifests';
import { Pod } from './pod';
import { secretsWith } from './postgres';
import { ServerCertificates } from './server-certificates';
import { eventually } from './tools';

/** An object that this cluster keeps. */
interface Kept {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

const done: ProcessResult = { status: 0, stdout: '', stderr: '' };

/**
 * A new installation of an environment, from its manifests: its database server on an empty volume, and a kubectl whose
 * Jobs are containers that run on this machine.
 */
export class Installation extends Kubectl {
  private readonly objects = new Map<string, Kept>();
  private readonly jobLogs = new Map<string, string>();
  private readonly claims = { data: makeClaim(), backups: makeClaim(), certificates: makeClaim() };
  private readonly signed = signedCertificates(this.claims.certificates);
  private readonly released: string[] = [];
  /** The PersistentVolume of the server's claim. */
  private volume: { readonly name: string; readonly policy: 'Delete' | 'Retain' } = { name: 'pvc-1', policy: 'Delete' };
  private server: Pod | undefined;

  private constructor(
    context: string,
    private readonly manifests: Manifests,
    private readonly password: string,
  ) {
    super(context, () => Promise.reject(new Error('no program is run')));
  }

  /** Applies the manifests of an environment and waits until the database would be in its Service. */
  static async start(environment: Environment<typeof veza>, password: string): Promise<Installation> {
    const yaml = renderEnvironment(veza, environment).files[`${environment.name}.k8s.yaml`] ?? '';
    const installation = new Installation(environment.name, manifestsIn(yaml), password);
    for (const document of parseAllDocuments(yaml)) installation.keep(document.toJS());
    await installation.startServer();
    return installation;
  }

  /** The pod of the database server. */
  get postgres(): Pod {
    if (!this.server) throw new Error('the database server was not started');
    return this.server;
  }

  async remove(): Promise<void> {
    await this.server?.remove();
    for (const claim of [...Object.values(this.claims), ...this.released]) removeClaim(claim);
  }

  protected override async ask(args: readonly string[], { input = '' }: ProcessOptions = {}): Promise<ProcessResult> {
    const [verb = '', ...rest] = args;
    const words = rest.filter((word) => !word.startsWith('--'));
    if (verb === 'get') return this.read(words[0] ?? '', rest);
    if (verb === 'create' && input.includes('AccessReview')) return said(input.trim().replace(/^.*$/gm, 'true'));
    if (verb === 'create') return this.runJob(JSON.parse(input) as Job);
    if (verb === 'logs') return said(this.jobLogs.get(words[0] ?? '') ?? '');
    if (verb === 'exec') return this.runInServer(rest, input);
    // What is paused and resumed here are CronJobs, whose times never come.
    if (verb === 'patch') return done;
    throw new Error(`this cluster does not know kubectl ${args.join(' ')}`);
  }

  /** Folders of volumes whose claim was deleted and that were kept. */
  get releasedVolumes(): readonly string[] {
    return this.released;
  }

  /** Removes all Jobs, as their history limits and their age do: the cluster forgets when they succeeded. */
  forgetJobs(): void {
    for (const id of this.objects.keys()) if (id.startsWith('job/')) this.objects.delete(id);
  }

  private keep(object: Kept): void {
    this.objects.set(`${String(object.kind).toLowerCase()}/${object.metadata.name}`, object);
  }

  /**
   * A kubectl command of a guide, as an administrator runs it by hand on the database server, its claim and its volume.
   * @throws Error if this cluster does not know it
   */
  async administer(args: readonly string[]): Promise<ProcessResult> {
    const command = args.filter((word, index) => word !== '-n' && args[index - 1] !== '-n').join(' ');
    const { name, policy } = this.volume;
    if (command === 'scale statefulset postgres --replicas=0') await this.stopServer();
    else if (command === 'scale statefulset postgres --replicas=1') await this.createServer();
    else if (command === 'get pvc data-postgres-0 -o jsonpath={.spec.volumeName}') return said(name);
    else if (command === `patch pv ${name} -p {"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`) {
      this.volume = { name, policy: 'Retain' };
    } else if (command === `get pv ${name} -o jsonpath={.spec.persistentVolumeReclaimPolicy}{"\\n"}`) {
      return said(`${policy}\n`);
    } else if (command === 'delete pvc data-postgres-0') this.deleteClaim();
    else if (command === 'rollout status statefulset postgres') await this.serverReady();
    else throw new Error(`this cluster does not know kubectl ${args.join(' ')}`);
    return done;
  }

  private async stopServer(): Promise<void> {
    await this.server?.remove();
    this.server = undefined;
  }

  /** A volume is deleted with its claim unless it is to be retained, once no pod has it any more; the next pod gets an empty one. */
  private deleteClaim(): void {
    if (this.server) throw new Error('kubectl waits for the pod that has the claim, without end');
    if (this.volume.policy === 'Retain') this.released.push(this.claims.data);
    else removeClaim(this.claims.data);
    this.claims.data = makeClaim();
    this.volume = { name: `${this.volume.name}-next`, policy: 'Delete' };
  }

  /** The Secrets that a person creates, and those that cert-manager makes. */
  private secrets(): Record<string, Record<string, string>> {
    return { ...secretsWith(this.password), ...this.signed };
  }

  private async startServer(): Promise<void> {
    await this.createServer();
    await this.serverReady();
  }

  private serverReady(): Promise<void> {
    return eventually('PostgreSQL ready', 60, () => this.postgres.ready());
  }

  private async createServer(): Promise<void> {
    const manifests = podOf(this.manifests, 'postgres');
    const server = await Pod.create({ manifests, secrets: this.secrets(), claim: this.claims.data });
    this.server = server;
    await server.startAll();
  }

  /** Services have no pods here; they are applied, and need images that do not exist. */
  private read(what: string, options: readonly string[]): ProcessResult {
    if (what.startsWith('lease/')) return said(JSON.stringify(renewedNow()));
    if (what.startsWith('deployment')) return said(what.includes('/') ? '' : JSON.stringify({ items: [] }));
    if (what.includes('/')) return said(this.objects.has(what) ? JSON.stringify(this.objects.get(what)) : '');
    const [, label, value] = options.map((option) => /^--selector=(.*)=(.*)$/.exec(option)).find(Boolean) ?? [];
    const items = [...this.objects]
      .filter(([id]) => id.startsWith(`${what.replace(/s$/, '')}/`))
      .map(([, object]) => object)
      .filter(({ metadata }) => label === undefined || metadata.labels?.[label] === value);
    return said(JSON.stringify({ items }));
  }

  /** Runs the container of a Job to its end. */
  private async runJob(job: Job): Promise<ProcessResult> {
    const { name } = job.metadata;
    const manifests = podOf(this.manifests, 'postgres-backup');
    const pod = await Pod.create({
      manifests,
      secrets: this.secrets(),
      claim: this.claims.backups,
      networkOf: this.postgres,
    });
    const program = manifests.pod.containers[0]?.command ?? [];
    const command = [...program, ...(job.spec.template.spec.containers[0]?.args ?? [])];
    const { code, output } = await pod.start('backup', command).end();
    await pod.remove();
    const end = { type: code === 0 ? 'Complete' : 'Failed', status: 'True' };
    const status = { conditions: [end], ...(code === 0 ? { completionTime: new Date().toISOString() } : {}) };
    this.keep({ ...job, kind: 'Job', status } as unknown as Kept);
    this.keep({ kind: 'Pod', metadata: { name, labels: { 'job-name': name } }, status: { phase: 'Succeeded' } });
    this.jobLogs.set(name, output);
    return said(JSON.stringify(job));
  }

  private async runInServer(rest: readonly string[], input: string): Promise<ProcessResult> {
    const container = rest.find((word) => word.startsWith('--container='))?.slice('--container='.length) ?? '';
    const command = rest.slice(rest.indexOf('--') + 1);
    const piped = ['sh', '-c', 'printf %s "$0" | "$@"', input, ...command];
    const { code, output } = await this.postgres.container(container).exec(piped);
    return { status: code ?? 1, stdout: output, stderr: code === 0 ? '' : output };
  }
}

/** The Secrets of the server's certificate and of the authority that signs it. */
function signedCertificates(folder: string): Record<string, Record<string, string>> {
  const certificates = new ServerCertificates(folder);
  const { authority, server } = postgresCertificates;
  certificates.makeAuthority(authority);
  return {
    [server]: certificates.sign(authority, postgresHost),
    [authority]: { 'ca.crt': certificates.read(`${authority}.crt`) },
  };
}

/** The lock, renewed by an operation at work: it has the cluster's time. */
function renewedNow(): object {
  return { metadata: { managedFields: [{ time: new Date().toISOString() }] } };
}

function said(stdout: string): ProcessResult {
  return { status: 0, stdout, stderr: '' };
}
