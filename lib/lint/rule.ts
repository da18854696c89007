import type { Cursor } from '../manifests/cursor';
import type { ManifestSet } from '../manifests/manifest-set';
import type { DuplicateKey } from '../manifests/yaml-documents';
import type { Connection } from '../platform/connection';
import type { ConnectionBudget } from '../platform/connection-budget';
import type { Exporter } from './monitoring/exporters';

/** What a rule reports: the place knows its object and path, the rule adds the words. */
export interface Violation {
  readonly at: Cursor;
  readonly message: string;
  readonly remedy: string;
}

/**
 * One check of a whole set of objects, documented by its own fields. Rules are pure: the same set gives the same violations.
 */
export interface Rule extends RuleDocumentation {
  /** Unique and stable: exceptions refer to it. */
  readonly name: string;
  /**
   * Names that the rule had before, which exceptions may still use.
   * @default - none
   */
  readonly formerNames?: readonly string[];
  readonly class: RuleClass;
  /**
   * Whether a finding says that something is missing which kustomize may add: its input is not checked then.
   * @default - the rule knows by itself what kustomize may add
   */
  readonly isAboutMissing?: boolean;
  readonly check: (set: ManifestSet, context: RuleContext) => Iterable<Violation>;
}

/**
 * `broken` is wrong on any cluster, in the manifests of any project; `note` works as stated, but perhaps not as meant;
 * `policy` is this platform's own profile.
 */
export type RuleClass = 'broken' | 'note' | 'policy';

/** Text of a rule in `docs/lint.md`, in whole sentences. */
export interface RuleDocumentation {
  readonly finds: string;
  /** What happens if it is not fixed. */
  readonly why: string;
  readonly fix: string;
  /**
   * Manifests in YAML that the rule finds something in.
   * @default - none, where the rule needs to know more than the manifests
   */
  readonly example?: string;
}

/** A violation of a rule in one place of one object. */
export interface Finding {
  readonly rule: string;
  readonly class: RuleClass;
  /** Namespace, kind and name: `veza-production Deployment/veza-chat-server`. */
  readonly object: string;
  /** Place within the object: `spec.template.spec.containers[0].env[ENV]`. */
  readonly path: string;
  /** The place itself, whose root is the object. */
  readonly at: Cursor;
  /** What is wrong, with the wrong value and what exists instead. */
  readonly message: string;
  readonly remedy: string;
}

/** A finding on one line, as it is printed. */
export function formatFinding({ object, path, message }: Finding): string {
  return [object, path, message].filter((part) => part !== '').join(': ');
}

/** The connections that the workloads of one namespace need. */
export interface ConnectionGraph {
  /** Namespace of the workloads that the graph names. */
  readonly namespace: string;
  readonly connections: readonly Connection[];
}

/** Knowledge about monitoring in addition to the objects. */
export interface MonitoringContext {
  /** Exporters of the platform's own, in addition to those in common use. */
  readonly exporters: readonly Exporter[];
  /**
   * Names of the runbooks that exist, as the last part of a `runbook_url` has them, without extension.
   * @default - not known
   */
  readonly runbooks?: readonly string[];
}

/** Knowledge that rules have in addition to the objects. */
export interface RuleContext {
  readonly graphs?: readonly ConnectionGraph[];
  readonly connectionBudget?: ConnectionBudget;
  readonly monitoring?: MonitoringContext;
  /** Keys that the files state twice, as their reader found them. */
  readonly duplicateKeys?: readonly DuplicateKey[];
  /**
   * Minor version of the Kubernetes that the objects are for: 30 for 1.30.
   * @default - any of those that are known
   */
  readonly kubernetes?: number;
}

/** Writes what a rule finds, why, and how to fix it, for a terminal. */
export function explainRule({ name, formerNames = [], class: ruleClass, finds, why, fix, example }: Rule): string {
  return [
    `${name} (${ruleClass})`,
    '',
    finds,
    '',
    `Why: ${why}`,
    `Fix: ${fix}`,
    ...(formerNames.length === 0 ? [] : [`Former names: ${formerNames.join(', ')}`]),
    ...(example === undefined ? [] : ['', 'Example of what it finds:', '', ...example.trim().split('\n').map(indent)]),
  ].join('\n');
}

function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

/*
 * Manifests with which examples of rules begin. The first three are open: what the example is about is stated below.
 */

/** A Pod, up to the fields of its one container. */
export const exampleContainer = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1`.trimStart();

/** A Pod, up to the fields of its specification. */
export const examplePod = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:`.trimStart();

/** A Deployment, up to the fields of its pod template. */
export const exampleWorkload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:`.trimStart();

/** A Deployment with a named port. */
export const exampleDeployment = `
${exampleWorkload}
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1, ports: [{ name: http, containerPort: 8080 }] }] }`;

/** A Service to which examples of Ingresses lead. */
export const exampleService = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org }`;
