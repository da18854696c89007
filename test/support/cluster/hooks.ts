import type { Denied } from './access';
import type { Job } from './workloads';

/** How the pods that have an image fail. */
export interface Failure {
  readonly image: RegExp;
  readonly as:
    | 'ImagePullBackOff'
    | 'CrashLoopBackOff'
    | 'CreateContainerConfigError'
    | 'NotReady'
    /** New pods with it are not scheduled to a node. */
    | 'Unschedulable'
    /** A quota refuses new pods with it. */
    | 'QuotaExceeded'
    /** Its pods do not end when they are deleted, as on a node that lost its connection. */
    | 'NeverTerminates';
  /** What the container prints before it ends. @default - nothing */
  readonly log?: string;
}

/** How a Job runs and ends. */
export interface JobOutcome {
  readonly succeed: boolean;
  readonly log?: string;
  /** What the container writes to /dev/termination-log. */
  readonly terminationMessage?: string;
  /** Reason of the container's end, such as `OOMKilled`. @default - Completed or Error */
  readonly reason?: string;
  /** How long it runs. @default 0 */
  readonly seconds?: number;
  /** Called when the Job succeeds: the effect of its script. @default - none */
  readonly effect?: () => void;
}

/** A command that `kubectl exec` runs in a container. */
export interface ExecCall {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly input: string;
}

/** The result of the command. */
export interface ExecAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test decides, and a real cluster determines by running images. */
export interface Hooks {
  readonly denied: Denied[];
  /** Whether the user may do only what the cluster's roles grant. */
  enforcesRoles: boolean;
  readonly failures: Failure[];
  /** Logs of the containers, by `namespace/pod/container`; `…/previous` for the run before. */
  readonly logs: Map<string, string>;
  job: (job: Job) => JobOutcome;
  exec: (call: ExecCall) => ExecAnswer | Promise<ExecAnswer>;
}

/** Every Job succeeds, no container fails, and `exec` knows no program. */
export function defaultHooks(): Hooks {
  return {
    denied: [],
    enforcesRoles: false,
    failures: [],
    logs: new Map(),
    job: () => ({ succeed: true }),
    exec: ({ command }) => ({ status: 127, stdout: '', stderr: `${command[0]}: the test states no result for it\n` }),
  };
}
