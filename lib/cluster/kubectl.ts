import type { KubernetesManifest } from '../manifests/manifest';
import { UsageError } from '../platform/errors';
import { isUserError, parseApiReason, toCommandError, UnknownKindError } from './errors';
import type {
  DeleteOptions,
  ExecRequest,
  FindOptions,
  KubernetesClient,
  KubernetesObject,
  LogOptions,
  Refusal,
  RequestOptions,
  ResourceAttributes,
  Selector,
} from './kubernetes-client';
import { type ProcessOptions, type ProcessResult, type ProcessRunner, takeLastLine } from './process';

/** Prints the keys of a Secret with the length of each value in base64. The values never leave kubectl. */
const keyTemplate = '{{range $key, $value := .data}}{{$key}} {{len $value}}{{"\\n"}}{{end}}';

const serverSide = { 'server-side': true, 'force-conflicts': true };

/** The user's kubectl, always in the same context, even if the current context changes meanwhile. */
export class Kubectl implements KubernetesClient {
  constructor(
    readonly context: string,
    private readonly runProgram: ProcessRunner,
  ) {}

  /** Reads the current context of the user's kubectl; empty if there is none. */
  static async currentContext(run: ProcessRunner): Promise<string> {
    // Unlike `current-context`, this succeeds where none is set.
    const answer = await run('kubectl', ['config', 'view', '--output=jsonpath={.current-context}']);
    if (answer.status !== 0) throw new UsageError(`kubectl config: ${takeLastLine(answer.stderr)}`);
    return answer.stdout.trim();
  }

  async serverVersion(): Promise<string> {
    const text = await this.runOrThrow(['get', '--raw=/version']);
    return /"gitVersion":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
  }

  async find<T extends KubernetesObject>(
    object: string,
    namespace?: string,
    { managedFields = false, timeoutSeconds }: FindOptions = {},
  ): Promise<T | undefined> {
    const flags = { 'show-managed-fields': managedFields, 'request-timeout': toDuration(timeoutSeconds) };
    const text = await this.get(object, { namespace, output: 'json', ...flags });
    return text.trim() === '' ? undefined : (JSON.parse(text) as T);
  }

  async exists(object: string, namespace?: string): Promise<boolean> {
    const text = await this.get(object, { namespace, output: 'name' });
    return text.trim() !== '';
  }

  async list<T extends KubernetesObject>(kinds: string, namespace: string, selector: Selector = {}): Promise<T[]> {
    const selectors = { selector: toSelector(selector.labels), 'field-selector': toSelector(selector.fields) };
    const answer = await this.ask(['get', kinds, ...toFlags({ namespace, output: 'json', ...selectors })]);
    if (answer.status === 0) return itemsOf<T>(answer.stdout);
    const error = toCommandError('kubectl get', answer);
    throw (await this.hasKind(kinds, answer)) ? error : new UnknownKindError(error.message);
  }

  async findAll(objects: readonly KubernetesManifest[]): Promise<KubernetesObject[]> {
    const flags = toFlags({ filename: '-', 'ignore-not-found': true, output: 'json' });
    const answer = await this.ask(['get', ...flags], { input: toKubectlInput(objects.map(referenceTo)) });
    if (answer.status === 0) return itemsOf(answer.stdout);
    const unknown = await this.unknownGroups(objects.map(({ apiVersion }) => groupOf(apiVersion)));
    if (unknown.size === 0) throw toCommandError('kubectl get', answer);
    const known = objects.filter(({ apiVersion }) => !unknown.has(groupOf(apiVersion)));
    return known.length === 0 ? [] : this.findAll(known);
  }

  async secretKeys(name: string, namespace: string): Promise<ReadonlyMap<string, number>> {
    const flags = toFlags({ namespace, 'ignore-not-found': true, output: `go-template=${keyTemplate}` });
    const text = await this.runOrThrow(['get', `secret/${name}`, ...flags]);
    const lines = text.split('\n').filter((line) => line !== '');
    return new Map(
      lines.map((line) => {
        const [key = '', length = ''] = line.split(' ');
        return [key, Number(length)];
      }),
    );
  }

  create<T extends KubernetesObject>(object: KubernetesManifest, options?: RequestOptions): Promise<T> {
    return this.write('create', object, options);
  }

  replace<T extends KubernetesObject>(object: T, options?: RequestOptions): Promise<T> {
    return this.write('replace', object, options);
  }

  async apply(objects: readonly KubernetesManifest[], fieldManager?: string): Promise<void> {
    const flags = toFlags({ ...serverSide, 'field-manager': fieldManager, filename: '-' });
    await this.runOrThrow(['apply', ...flags], { input: toKubectlInput(objects) });
  }

  /** Uses server-side apply, by which the server refuses unknown fields, so that kubectl needs no schemas and no CRDs. */
  async validate(objects: readonly KubernetesManifest[], fieldManager: string): Promise<Refusal[]> {
    const dryRun = { 'dry-run': 'server', validate: 'false', 'field-manager': fieldManager };
    const flags = toFlags({ ...serverSide, ...dryRun, filename: '-' });
    const answer = await this.ask(['apply', ...flags], { input: toKubectlInput(objects) });
    if (answer.status === 0) return [];
    // A refused escalation of permissions continues on lines that begin with a rule.
    const text = answer.stderr.replaceAll(/\n(?=\{)/g, ' ');
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
    return lines.map((line) => ({ message: line.trim(), isUserError: isUserError(line) }));
  }

  async patch(object: string, namespace: string, patch: object): Promise<void> {
    await this.runOrThrow(['patch', object, ...toFlags({ namespace, type: 'merge', patch: JSON.stringify(patch) })]);
  }

  async delete(object: string, namespace: string, { force, wait, timeoutSeconds }: DeleteOptions = {}): Promise<void> {
    const flags = {
      'ignore-not-found': true,
      ...(force ? { force, 'grace-period': 0 } : {}),
      cascade: wait === 'dependents' ? 'foreground' : undefined,
      wait: wait === 'none' ? 'false' : undefined,
      timeout: toDuration(timeoutSeconds),
    };
    await this.runOrThrow(['delete', object, ...toFlags({ namespace, ...flags })]);
  }

  logs(pod: string, namespace: string, { container, tail, previous = false }: LogOptions = {}): Promise<string> {
    return this.runOrThrow(['logs', pod, ...toFlags({ namespace, container, tail, previous })]);
  }

  async exec(pod: string, namespace: string, { container, command, input }: ExecRequest): Promise<string> {
    const flags = toFlags({ namespace, stdin: input !== undefined, container });
    const answer = await this.ask(['exec', pod, ...flags, '--', ...command], { input });
    if (answer.status === 0) return answer.stdout;
    // kubectl's own last line tells the exit code; the command's last line tells the cause.
    const stderr = answer.stderr.replace(/command terminated with exit code \d+\s*$/, '');
    throw toCommandError(`${command[0]} in ${pod}`, { ...answer, stderr });
  }

  async diff(objects: readonly KubernetesManifest[], fieldManager?: string): Promise<string> {
    const manager = fieldManager === undefined ? {} : { ...serverSide, 'field-manager': fieldManager };
    const answer = await this.ask(['diff', ...toFlags({ ...manager, filename: '-' })], {
      input: toKubectlInput(objects),
      // The user's own diff program could print a format that nothing can parse.
      ...(fieldManager === undefined ? {} : { omitVariables: /^KUBECTL_EXTERNAL_DIFF$/ }),
    });
    // kubectl exits with 1 if there are differences, and with more if it failed.
    if (answer.status > 1 || (answer.status === 1 && answer.stdout === ''))
      throw toCommandError('kubectl diff', answer);
    return answer.stdout;
  }

  /**
   * Asks for all permissions in one call, since one call each would take minutes. kubectl must not validate the reviews
   * itself: for that it lists the cluster's custom resource definitions, which few users may.
   */
  async reviewAccess(attributes: readonly ResourceAttributes[]): Promise<boolean[]> {
    if (attributes.length === 0) return [];
    const output = 'jsonpath={.status.allowed}{"\\n"}';
    const input = toKubectlInput(attributes.map(toAccessReview));
    const flags = toFlags({ validate: 'false', filename: '-', output });
    const answers = await this.runOrThrow(['create', ...flags], { input });
    const lines = answers.split('\n');
    return attributes.map((_, index) => lines[index] === 'true');
  }

  /** Runs kubectl and returns its result, whether it succeeded or not. */
  protected ask(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult> {
    return this.runProgram('kubectl', [`--context=${this.context}`, ...args], options);
  }

  private async runOrThrow(args: readonly string[], options?: ProcessOptions): Promise<string> {
    const answer = await this.ask(args, options);
    if (answer.status !== 0) throw toCommandError(`kubectl ${args[0]}`, answer);
    return answer.stdout;
  }

  /** Reads an object; an object of an unknown kind does not exist. */
  private async get(object: string, flags: Flags): Promise<string> {
    const answer = await this.ask(['get', object, ...toFlags({ 'ignore-not-found': true, ...flags })]);
    if (answer.status === 0) return answer.stdout;
    if (!(await this.hasKind(object, answer))) return '';
    throw toCommandError('kubectl get', answer);
  }

  private async write<T>(
    verb: string,
    object: KubernetesManifest,
    { timeoutSeconds }: RequestOptions = {},
  ): Promise<T> {
    const { namespace } = object.metadata;
    const timeout = toDuration(timeoutSeconds);
    const flags = toFlags({ namespace, filename: '-', output: 'json', 'request-timeout': timeout });
    const answer = await this.ask([verb, ...flags], { input: JSON.stringify(object) });
    if (answer.status !== 0) throw toCommandError(`kubectl ${verb}`, answer);
    return JSON.parse(answer.stdout) as T;
  }

  /** Whether the cluster has the API group of a kind such as `certificates.cert-manager.io`, after a failure of `get`. */
  private async hasKind(resource: string, failure: ProcessResult): Promise<boolean> {
    const [kind = ''] = resource.split('/');
    const group = kind.split('.').slice(1).join('.');
    if (parseApiReason(failure.stderr) !== undefined || group === '') return true;
    return (await this.unknownGroups([group])).size === 0;
  }

  /** Finds those of some API groups that the cluster does not have; none if it does not tell. */
  private async unknownGroups(groups: readonly string[]): Promise<ReadonlySet<string>> {
    const answer = await this.ask(['get', '--raw=/apis']);
    if (answer.status !== 0) return new Set();
    const { groups: known } = JSON.parse(answer.stdout) as { readonly groups: readonly { readonly name: string }[] };
    return new Set(groups.filter((group) => group !== '' && !known.some(({ name }) => name === group)));
  }
}

/** Converts objects to kubectl's input, one per line. For a List kubectl would fetch the server's whole schema. */
export function toKubectlInput(objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** Flags of kubectl by their names. One that is undefined or false is left out, and `true` has no value. */
type Flags = Readonly<Record<string, string | number | boolean | undefined>>;

function toFlags(flags: Flags): string[] {
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
}

function toDuration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `${seconds}s`;
}

function toSelector(values: Readonly<Record<string, string>> = {}): string | undefined {
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join(',');
}

function itemsOf<T extends KubernetesObject>(text: string): T[] {
  return text.trim() === '' ? [] : (JSON.parse(text) as { readonly items: T[] }).items;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** As much of an object as identifies it: its content need not go to kubectl. */
function referenceTo({ apiVersion, kind, metadata: { name, namespace } }: KubernetesManifest): object {
  return { apiVersion, kind, metadata: { name, namespace } };
}

function toAccessReview(resourceAttributes: ResourceAttributes): object {
  const [apiVersion, kind] = ['authorization.k8s.io/v1', 'SelfSubjectAccessReview'];
  return { apiVersion, kind, spec: { resourceAttributes } };
}
