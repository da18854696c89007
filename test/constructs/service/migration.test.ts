import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import { staging } from '../../support/environments/staging';

const migration = { kind: 'job', service: 'backend-api', command: ['./backend-api', 'migrate'], timeoutSeconds: 600 };
const { objects } = renderEnvironment(veza, changed(staging, 'deployment.migration', migration));

function find(kind: string, name: string): Record<string, unknown> | undefined {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  return found as Record<string, unknown> | undefined;
}

/** An object as far as the tests look into it. */
interface Template {
  readonly spec: {
    readonly suspend: boolean;
    readonly jobTemplate: {
      readonly spec: {
        readonly activeDeadlineSeconds: number;
        readonly template: {
          readonly metadata: { readonly labels: Readonly<Record<string, string>> };
          readonly spec: {
            readonly restartPolicy: string;
            readonly containers: readonly Readonly<Record<string, unknown>>[];
          };
        };
      };
    };
  };
}

const { spec } = find('CronJob', 'veza-migration') as unknown as Template;
const pod = spec.jobTemplate.spec.template;
const [service] = (
  find('Deployment', 'veza-backend-api') as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } }
).spec.template.spec.containers;

test('never runs by itself, and has a timeout', () => {
  expect([spec.suspend, spec.jobTemplate.spec.activeDeadlineSeconds]).toStrictEqual([true, 600]);
});

test("is the service's container with another command, and has no ports", () => {
  const { ports, startupProbe, livenessProbe, readinessProbe, lifecycle, ...rest } = service ?? {};
  expect([ports, startupProbe, livenessProbe, readinessProbe, lifecycle]).not.toContain(undefined);
  expect(pod.spec.restartPolicy).toBe('Never');
  const [container] = pod.spec.containers;
  const command = ['./backend-api', 'migrate'];
  expect({ ...container, env: rest.env }).toStrictEqual({
    ...rest,
    command,
    terminationMessagePolicy: 'FallbackToLogsOnError',
  });
});

test('logs in as the owner while that is allowed, since the server gets new roles after it, and then as its own role', () => {
  const login = (container: Readonly<Record<string, unknown>> | undefined) => {
    const variables = container?.env as readonly { readonly name: string; readonly value?: string }[];
    return variables.filter(({ name }) => ['DB_USER', 'DB_PASSWORD'].includes(name));
  };
  const password = (key: string) => ({
    name: 'DB_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'veza-secrets', key } },
  });
  expect(login(service)).toEqual([{ name: 'DB_USER', value: 'backend-api' }, password('DB_PASSWORD_BACKEND_API')]);
  const shared = { configMapKeyRef: { name: 'veza-config', key: 'DB_USER' } };
  expect(login(pod.spec.containers[0])).toEqual([{ name: 'DB_USER', valueFrom: shared }, password('DB_PASSWORD')]);
  const migrated = changed(staging, 'deployment.migration', migration);
  const denied = renderEnvironment(veza, changed(migrated, 'database.ownerLogin', 'denied')).objects;
  const template = denied.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === 'veza-migration');
  const [container] = (template as unknown as Template).spec.jobTemplate.spec.template.spec.containers;
  expect(login(container)).toEqual([
    { name: 'DB_USER', value: 'postgres_migration' },
    password('DB_PASSWORD_MIGRATION'),
  ]);
});

test("has no label of the service's, whose requests it would get", () => {
  expect(pod.metadata.labels.app).toBe('veza-migration');
  const policy = find('NetworkPolicy', 'veza-migration');
  expect(policy).toMatchObject({ spec: { policyTypes: ['Ingress', 'Egress'] } });
  expect(policy).not.toHaveProperty('spec.ingress');
});

test('is allowed to connect to the database', () => {
  expect(JSON.stringify(find('NetworkPolicy', 'postgres'))).toContain('{"matchLabels":{"app":"veza-migration"}}');
});
