import type { BackupRecord } from '../../../../lib/operations/backup/backup-record';
import { type ClusterState, healthyState, type JobFailure, record, type StoredObject } from './cluster-state';

/** The result of a call of kubectl. */
interface Reply {
  status: number;
  stdout: string;
  stderr: string;
}

/** A review of a permission. */
interface AccessReview {
  readonly spec: {
    readonly resourceAttributes: { readonly verb: string; readonly resource: string; readonly subresource?: string };
  };
}

/** A stateful cluster behind the arguments of kubectl. Time passes in it with each call. */
export class TestCluster {
  /** Called with each event as it happens. */
  onEvent: (event: string) => void = () => undefined;
  /** Error of the next calls, which do not reach the cluster. */
  outage: { error: string; calls: number } | undefined;

  constructor(readonly state: ClusterState = healthyState()) {}

  kubectl(args: readonly string[], input = ''): Reply {
    if (args[0] === 'config') return success(this.state.context);
    const [context, verb = '', ...rest] = args;
    if (context !== `--context=${this.state.context}`) return failed(`error: context "${context}" does not exist`);
    if (this.outage && this.outage.calls > 0) {
      this.outage.calls -= 1;
      return failed(this.outage.error);
    }
    this.state.now += 1000;
    this.settle();
    const words = rest.filter((word) => !word.startsWith('--') || word.startsWith('--command='));
    const option = (name: string) => rest.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
    if (input.includes('SelfSubjectAccessReview')) return this.review(input);
    if (option('namespace') !== 'veza-staging') return failed(`no namespace in ${args.join(' ')}`);
    switch (verb) {
      case 'get':
        return words[0] === 'events'
          ? this.eventsOf(option('field-selector'))
          : this.get(words[0] ?? '', option('selector'));
      case 'create':
      case 'replace': {
        const object = JSON.parse(input) as StoredObject;
        return object.kind === 'Lease' ? this.write(object) : this.create(object);
      }
      case 'delete':
        return this.remove(words[0] ?? '');
      case 'patch':
        return this.patch(words[0] ?? '', JSON.parse(option('patch')) as Partial<StoredObject>);
      case 'logs':
        return success(String(this.object(`pod/${words[0]}`)?.spec.log ?? ''));
      case 'exec':
        return this.exec(rest.slice(rest.indexOf('--') + 1), input);
      default:
        return failed(`the stand-in does not know ${verb}`);
    }
  }

  /** Replicas of each Deployment, whether each CronJob is suspended, and their annotations. */
  get workloads(): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.state.objects)
        .filter(([id]) => /^(deployment|cronjob)\//.test(id))
        .map(([id, { spec, metadata }]) => {
          const notes = Object.entries(metadata.annotations ?? {});
          return [id, [spec.replicas ?? spec.suspend, ...notes.map(([key, value]) => `${key}=${value}`)]];
        }),
    );
  }

  /** Deletes objects whose ids match. */
  deleteMatching(id: RegExp): void {
    for (const known of Object.keys(this.state.objects)) if (id.test(known)) delete this.state.objects[known];
  }

  /** Names of the pods whose names match. */
  podsOf(name: RegExp): string[] {
    const pods = Object.entries(this.state.objects).filter(([id]) => id.startsWith('pod/'));
    return pods.map(([, { metadata }]) => metadata.name).filter((pod) => name.test(pod));
  }

  /** Arguments of the Jobs that have not ended. */
  get unfinished(): string[] {
    return Object.values(this.state.objects)
      .filter(({ kind, status }) => kind === 'Job' && status?.conditions === undefined)
      .map((job) => argsOf(job).join(' '));
  }

  private get(kinds: string, selector: string): Reply {
    if (kinds.includes('/')) {
      if (this.denies('get', `${kinds.split('/')[0]}s`)) return this.forbidden('get', kinds);
      const found = this.object(kinds);
      return success(found ? JSON.stringify(found) : '');
    }
    const kind = kinds.replace(/s$/, '');
    const items = Object.entries(this.state.objects)
      .filter(([id]) => id.startsWith(`${kind}/`))
      .map(([, object]) => object)
      .filter(({ metadata }) =>
        selector.split(',').every((pair) => {
          const [key = '', value] = pair.split('=');
          return key === '' || metadata.labels?.[key] === value;
        }),
      );
    return success(JSON.stringify({ items }));
  }

  /** Writes a Lease, without an event. */
  private write(lease: StoredObject): Reply {
    const id = `lease/${lease.metadata.name}`;
    const { resourceVersion } = this.object(id)?.metadata ?? {};
    if (lease.metadata.resourceVersion !== resourceVersion)
      return failed('Error from server (Conflict): it was modified');
    const version = String(Number(resourceVersion ?? 0) + 1);
    const written = { ...lease, metadata: { ...lease.metadata, resourceVersion: version } };
    this.state.objects[id] = written;
    return success(JSON.stringify(written));
  }

  /** Answers access reviews, a line each. */
  private review(questions: string): Reply {
    const answers = questions
      .trim()
      .split('\n')
      .map((line) => {
        const { verb, resource, subresource } = (JSON.parse(line) as AccessReview).spec.resourceAttributes;
        return !this.denies(verb, [resource, subresource].filter((word) => word).join('/'));
      });
    return success(answers.join('\n'));
  }

  private create(job: StoredObject): Reply {
    const { name } = job.metadata;
    if (this.denies('create', 'jobs')) return this.forbidden('create', 'jobs');
    this.note(`job ${argsOf(job).join(' ')}`);
    const creationTimestamp = new Date(this.state.now).toISOString();
    this.state.objects[`job/${name}`] = {
      ...job,
      metadata: { ...job.metadata, namespace: 'veza-staging', creationTimestamp },
      status: {},
    };
    this.addPod(job);
    return this.failureFor(job).responseLost ? failed('') : success(JSON.stringify(this.state.objects[`job/${name}`]));
  }

  private addPod(job: StoredObject): void {
    const { name } = job.metadata;
    const failure = this.failureFor(job);
    if (failure.refused) return;
    this.state.objects[`pod/${name}-abcde`] = {
      kind: 'Pod',
      metadata: { name: `${name}-abcde`, labels: { 'job-name': name } },
      spec: { log: '' },
      status: startOf(failure),
    };
  }

  private eventsOf(selector: string): Reply {
    const job = this.object(`job/${selector.split('involvedObject.name=')[1]}`);
    const message = job && this.failureFor(job).refused;
    return success(JSON.stringify({ items: message ? [{ type: 'Warning', reason: 'FailedCreate', message }] : [] }));
  }

  private remove(id: string): Reply {
    if (!this.object(id)) return success('');
    if (this.state.undeletable.includes(argsOf(this.object(id))[0] ?? '')) {
      return failed(`error: timed out waiting for the condition on ${id}`);
    }
    this.note(`delete ${argsOf(this.state.objects[id]).join(' ')}`);
    delete this.state.objects[id];
    delete this.state.objects[`pod/${id.slice('job/'.length)}-abcde`];
    return success(`${id} deleted`);
  }

  private patch(id: string, { metadata, spec = {} }: Partial<StoredObject>): Reply {
    const object = this.object(id);
    if (!object) return failed(`Error from server (NotFound): ${id} not found`);
    if (this.denies('patch', `${id.split('/')[0]}s`)) return this.forbidden('patch', id);
    const { resourceVersion } = object.metadata;
    if ((metadata?.resourceVersion ?? resourceVersion) !== resourceVersion) {
      return failed(
        `Error from server (Conflict): Operation cannot be fulfilled on ${id}: the object has been modified`,
      );
    }
    Object.assign(object.spec, spec);
    const annotations = { ...object.metadata.annotations, ...metadata?.annotations };
    object.metadata.annotations = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== null));
    object.metadata.resourceVersion = String(Number(resourceVersion ?? 0) + 1);
    const [change] = Object.keys(spec).length > 0 ? [JSON.stringify(spec)] : Object.keys(metadata?.annotations ?? {});
    this.note(`patch ${id.split('/')[1]} ${change}`);
    return success('patched');
  }

  private exec([program = '', ...args]: readonly string[], input: string): Reply {
    const { state } = this;
    if (state.serverCrashes || !this.object('pod/postgres-0')) {
      return failed('error: unable to upgrade connection: container not found ("postgres")');
    }
    const sql = args.find((arg) => arg.startsWith('--command='))?.slice('--command='.length) ?? '';
    if (program === 'test') return state.hasFence ? success('') : failed('command terminated with exit code 1');
    if (program === 'df') return success(`    Avail\n${state.freeBytes}`);
    if (program === 'sh' && args[0]?.endsWith('/fence.sh')) return this.fence(args.slice(1).join(' '));
    if (program === 'sh') return this.roles(args[1] ?? '', input);
    const [, name] = /datname(?: =|,) '(\w+)'/.exec(sql) ?? [];
    const [, oid] = /WHERE oid = (\d+)/.exec(sql) ?? [];
    if (sql.includes('oid =') && oid === undefined) return failed('ERROR:  syntax error at end of input');
    const found = state.databases.filter((database) => {
      if (sql.includes('starts_with')) return database.name.startsWith(name ?? '-');
      return oid === undefined ? database.name === name : database.oid === Number(oid);
    });
    const columns = sql.startsWith('SELECT oid') ? 'oid' : sql.includes('pg_database_size') ? 'sizes' : 'name';
    return success(
      found.map((row) => (columns === 'sizes' ? `${row.name}|${row.bytes}` : String(row[columns]))).join('\n'),
    );
  }

  private fence(words: string): Reply {
    const error = this.state.scriptErrors[words.split(' ')[0] ?? ''];
    this.note(`fence ${words}`);
    if (error) return failed(`${error}\ncommand terminated with exit code 1`);
    this.state.isFenced = words !== 'open';
    return success('');
  }

  private roles(verb: string, saved: string): Reply {
    const error = this.state.scriptErrors[verb];
    this.note(`${verb} ${saved.trim()}`);
    if (error) return failed(`${error}\ncommand terminated with exit code 1`);
    return success(verb === 'make' ? this.state.missingRoles.join('\n') : '');
  }

  /** Runs the controllers: pods follow their Deployments, Jobs end. */
  private settle(): void {
    for (const [id, object] of Object.entries(this.state.objects)) {
      if (id.startsWith('deployment/')) this.settleDeployment(object);
      if (id.startsWith('job/')) this.settleJob(object);
    }
    this.settleServer();
  }

  private settleServer(): void {
    const { objects, serverCrashes } = this.state;
    if (objects['statefulset/postgres']?.spec.replicas !== 1) {
      delete objects['pod/postgres-0'];
      return;
    }
    const state = serverCrashes ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} };
    const ready = serverCrashes ? 'False' : 'True';
    objects['pod/postgres-0'] = {
      kind: 'Pod',
      metadata: { name: 'postgres-0', labels: { app: 'postgres' } },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: ready }],
        containerStatuses: [{ name: 'postgres', ready: !serverCrashes, state }],
      },
    };
  }

  private settleDeployment({ metadata: { name }, spec, status }: StoredObject): void {
    const { objects, stuck } = this.state;
    if (stuck.includes(name) && status !== undefined) return;
    const ids = Object.keys(objects).filter(
      (id) => objects[id]?.metadata.labels?.app === name && id.startsWith('pod/') && !objects[id]?.status?.reason,
    );
    for (const id of ids) delete objects[id];
    const replicas = Number(spec.replicas);
    for (let index = 0; index < replicas; index += 1) {
      const pod = {
        kind: 'Pod',
        metadata: { name: `${name}-${index}`, labels: { app: name } },
        spec: { nodeName: 'node-1' },
      };
      objects[`pod/${name}-${index}`] = pod;
    }
    Object.assign(objects[`deployment/${name}`] ?? {}, { status: { availableReplicas: replicas } });
  }

  private settleJob(job: StoredObject): void {
    const { line, pending, waiting, refused, endless, lingers, idle } = this.failureFor(job);
    const age = this.state.now - Date.parse(job.metadata.creationTimestamp ?? '');
    const ended = job.status?.conditions !== undefined;
    if (ended || pending || waiting || refused || endless || age < this.state.jobSeconds * 1000) return;
    if (lingers) {
      this.linger(job);
      return;
    }
    const log = line ?? (idle ? '' : this.effect(argsOf(job)));
    this.note(`${line === undefined ? 'end' : 'failure'} of ${argsOf(job)[0]}`);
    job.status = {
      completionTime: new Date(this.state.now).toISOString(),
      conditions: [line === undefined ? { type: 'Complete', status: 'True' } : failureOf(this.failureFor(job))],
    };
    // A Job that failed has no time of completion.
    if (line !== undefined) delete job.status.completionTime;
    const pod = this.object(`pod/${job.metadata.name}-abcde`);
    const terminated = { reason: this.failureFor(job).killed ?? (line === undefined ? 'Completed' : 'Error') };
    const phase = line === undefined ? 'Succeeded' : 'Failed';
    if (pod) Object.assign(pod, { spec: { log }, status: { phase, containerStatuses: [{ state: { terminated } }] } });
  }

  private linger(job: StoredObject): void {
    if (job.status?.worked) return;
    job.status = { worked: true };
    this.effect(argsOf(job));
    this.note(`work of ${argsOf(job)[0]}`);
  }

  /** Applies the effect of a Job's script, and returns its output. */
  private effect([verb, name = '']: readonly string[]): string {
    const { state } = this;
    if (verb === 'create') {
      const made = { ...record, name: '20261125T030000Z', finished: '2026-11-25T03:02:00Z' };
      state.volume.push(made);
      return `dumping\n${JSON.stringify(made)}\n`;
    }
    if (verb === 'list') return state.volume.map((one) => `${JSON.stringify(one)}\n`).join('');
    if (verb === 'check') return `${JSON.stringify(state.volume.find((one) => one.name === name))}\n`;
    if (verb === 'roles') return '{"roles":[]}\n';
    if (verb === 'restore') this.rename(name);
    if (verb === 'lsf')
      return `NOTICE: no such config\n${state.bucket.map((one) => `${one.name}/database.dump\n`).join('')}`;
    if (verb === 'copy') state.bucket = [...new Set([...state.bucket, ...state.volume])];
    if (verb === 'sync') this.fetch(name);
    if (verb?.startsWith('damaged-')) this.setAside(verb);
    if (verb === 'adopt') return `${JSON.stringify(this.adopt(name))}\n`;
    return '';
  }

  private setAside(name: string): void {
    const { state } = this;
    if (state.setAside.includes(name)) return;
    state.setAside.push(name);
    state.serverCrashes = false;
    state.databases = [{ oid: 30000, name: 'veza_staging', bytes: 8 * 2 ** 20 }];
  }

  private rename(backup: string): void {
    const present = this.state.databases.find(({ name }) => name === 'veza_staging');
    if (present) present.name = `veza_staging_before_${backup.toLowerCase()}`;
    this.state.databases.push({
      oid: 20000 + this.state.databases.length,
      name: 'veza_staging',
      bytes: record.databaseBytes,
    });
  }

  private fetch(from: string): void {
    this.state.unfinished = this.state.bucket.filter(({ name }) => from.endsWith(`/${name}`));
  }

  private adopt(wanted: string): BackupRecord | undefined {
    const { state } = this;
    const others = state.volume.filter(({ name }) => name !== wanted);
    state.volume = [...others, ...state.unfinished.filter(({ name }) => name === wanted)];
    state.damaged = state.damaged.filter((name) => name !== wanted);
    return state.volume.find(({ name }) => name === wanted);
  }

  /** How a Job fails: as the test says, or because its backup is missing or damaged. */
  private failureFor(job: StoredObject): JobFailure {
    const [verb = '', name = ''] = argsOf(job);
    const place = { check: this.state.volume, adopt: this.state.unfinished }[verb];
    const isMissing = place?.every((one) => one.name !== name);
    const isDamaged = verb === 'check' && this.state.damaged.includes(name);
    if (
      argsOf(job).at(-1)?.startsWith('/backups') &&
      JSON.stringify(job.spec).includes('"mountPath":"/backups","readOnly":true')
    ) {
      return { line: 'read-only file system' };
    }
    const own = isMissing ? `there is no backup ${name}` : isDamaged ? `${name} is damaged` : undefined;
    const isSetAside = verb.startsWith('damaged-');
    if (isSetAside && this.state.freeBytes < Number(name)) return { line: `the volume needs ${name}` };
    return this.state.jobFailures[isSetAside ? 'set-aside' : verb] ?? { line: own };
  }

  private denies(verb = '', resource = ''): boolean {
    return this.state.denied.includes(`${verb} ${resource}`);
  }

  private forbidden(verb: string, what: string): Reply {
    return failed(`Error from server (Forbidden): User "jane" cannot ${verb} ${what} in the namespace "veza-staging"`);
  }

  private object(id: string): StoredObject | undefined {
    return this.state.objects[id];
  }

  private note(event: string): void {
    this.state.events.push(event);
    this.onEvent(event);
  }
}

function startOf({ pending, waiting }: JobFailure): Record<string, unknown> {
  if (pending) return { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', ...pending }] };
  return waiting ? { phase: 'Pending', containerStatuses: [{ state: { waiting } }] } : { phase: 'Running' };
}

function failureOf({ late }: JobFailure): Record<string, unknown> {
  return { type: 'Failed', status: 'True', reason: late ? 'DeadlineExceeded' : 'BackoffLimitExceeded' };
}

function argsOf(job: StoredObject | undefined): string[] {
  const spec = job?.spec as { template: { spec: { containers: { args: string[] }[] } } } | undefined;
  return spec?.template.spec.containers[0]?.args ?? [];
}

function success(stdout: string): Reply {
  return { status: 0, stdout: stdout === '' ? '' : `${stdout}\n`, stderr: '' };
}

function failed(stderr: string): Reply {
  return { status: 1, stdout: '', stderr: `${stderr}\n` };
}
