import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import { until } from '../../support/until';
import { all, Bed } from './bed';

/** Staging, with a shorter patience. */
const environment = changed(staging, 'deployment.timeoutSeconds', 4);
let bed: Bed;

jest.setTimeout(240_000);
beforeAll(async () => {
  bed = await Bed.make(environment);
});
afterAll(() => bed.stop());
beforeEach(() => {
  bed.told.length = 0;
});

const services = ['veza-backend-api', 'veza-chat-server', 'veza-stream-server'];

/** Everything is as the release before left it. */
async function expectUntouched(revisions: number): Promise<void> {
  expect(bed.running).toStrictEqual(all('v1.1.0'));
  // Pods that missed a Secret for a moment take another to come back.
  for (let looks = 0; looks < 100 && bed.ready.length < services.length; looks += 1) await pause(100);
  expect(bed.ready).toStrictEqual(services);
  const history = await bed.history();
  expect(history).toHaveLength(revisions);
  expect(history.at(-1)).toBe(`${revisions} deployed v1.1.0`);
}

test('a release comes to an empty cluster', async () => {
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(bed.running).toStrictEqual(all('v1.0.0'));
  expect(bed.ready).toStrictEqual(services);
  expect(await bed.history()).toStrictEqual(['1 deployed v1.0.0']);
  expect(bed.told.filter((line) => line.startsWith('  adds ')).length).toBeGreaterThan(80);
  expect(bed.told.filter((line) => line.startsWith('ok '))).toHaveLength(8);
});

test('the next one says what it changes, and changes that', async () => {
  expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.told.filter((line) => /^ {2}(adds|changes) /.test(line))).toStrictEqual(
    services.map((name) => `  changes veza-staging Deployment/${name}`),
  );
  await expectUntouched(2);
});

test('a dry run shows the difference, and stops there', async () => {
  const ending = await bed.deploy('v1.2.0', { dryRun: true });
  expect(ending).toStrictEqual({ done: 'v1.2.0 can be deployed to staging; nothing was changed' });
  expect(bed.told.join('\n')).toMatch(/^\+ +image: ghcr\.io\/veza\/backend-api:v1\.2\.0$/m);
  await expectUntouched(2);
});

test('everything that is missing or refused is told at once, and nothing is changed', async () => {
  const { objects } = bed.cluster;
  const secret = objects.one('Secret', 'veza-secrets', 'veza-staging');
  const issuer = objects.one('ClusterIssuer', 'letsencrypt-staging');
  if (!secret || !issuer) throw new Error('the bed is not made');
  const { SMTP_PASSWORD: _, ...data } = secret.data ?? {};
  bed.put({ ...secret, data: { ...data, DB_PASSWORD: Buffer.from('fifteen letters').toString('base64') } });
  bed.put({ ...issuer, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  try {
    expect(await bed.deploy('v1.2.0')).toStrictEqual({
      failed: [
        'Secret veza-staging/veza-secrets: missing keys: SMTP_PASSWORD; add them, see docs/secrets.md',
        'Secret veza-staging/veza-secrets: DB_PASSWORD has fewer than 16 characters, which the database rejects; set a longer one, see docs/secrets.md',
        'clusterissuer.cert-manager.io/letsencrypt-staging: not Ready; `kubectl describe clusterissuer.cert-manager.io/letsencrypt-staging` shows why',
      ],
    });
  } finally {
    bed.put(secret);
    bed.put(issuer);
  }
  await expectUntouched(2);
});

test('an image that never comes is rolled back, with the cause', async () => {
  bed.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  const { failed = [] } = await bed.deploy('v6.6.6');
  expect(failed).toHaveLength(2);
  expect(failed[0]).toMatch(
    /^deploy of v6\.6\.6 failed: pod veza-(backend-api|chat-server|stream-server)-\S+: ImagePullBackOff: /,
  );
  expect(failed[1]).toBe('rolled back to revision 2 (v1.1.0)');
  await expectUntouched(4);
});

test('a service that crashes is rolled back, with the end of its log', async () => {
  bed.cluster.fail({ image: /chat-server:v7\.7\.7$/, as: 'CrashLoopBackOff', log: 'panic: no such table: messages' });
  const { failed = [] } = await bed.deploy('v7.7.7', { services: ['chat-server'] });
  expect(failed[0]).toMatch(
    /^deploy of backend-api v1\.1\.0, chat-server v7\.7\.7, stream-server v1\.1\.0 failed: pod veza-chat-server-\S+: CrashLoopBackOff: .*; last log lines: panic: no such table: messages; Helm: Error: UPGRADE FAILED: .+$/,
  );
  expect(failed[1]).toBe('rolled back to revision 4 (v1.1.0)');
  await expectUntouched(6);
});

test('a release that is ready and does not answer is rolled back', async () => {
  bed.answers['/ready'] = (_, response) => void response.writeHead(503).end();
  try {
    expect(await bed.deploy('v1.2.0')).toStrictEqual({
      failed: [
        '3 of 8 smoke tests failed: api.staging.veza.app/ready: responded 503 instead of 200',
        'rolled back to revision 6 (v1.1.0)',
      ],
    });
  } finally {
    delete bed.answers['/ready'];
  }
  await expectUntouched(8);
});

test('a deploy that is overtaken while it asks plans again and asks again', async () => {
  const questions: string[] = [];
  const overtaken = await bed.deploy('v1.2.0', {}, async () => {
    questions.push(bed.running[0] ?? '');
    if (questions.length > 1) throw new Error('no');
    expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  });
  expect(questions).toHaveLength(2);
  expect(overtaken).toStrictEqual({ failed: ['no'] });
  expect(bed.told).toContain('revision 9 (v1.1.0) was deployed since this was planned; planning again');
  await expectUntouched(9);
});

test('a deploy waits for another one to end', async () => {
  bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const [other, mine] = await Promise.all([bed.deploy('v8.8.8'), whenPending(() => bed.deploy('v1.1.0'))]);
  expect(other.failed?.[1]).toBe('rolled back to revision 9 (v1.1.0)');
  expect(mine).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.told.some((line) => /^Waiting for deploy v8\.8\.8 after revision 9 by /.test(line))).toBe(true);
  await expectUntouched(12);
});

test('a deploy that was killed is undone by the next', async () => {
  bed.cluster.fail({ image: /:v9\.9\.9$/, as: 'NotReady' });
  await killed('v9.9.9');
  expect((await bed.history()).at(-1)).toBe('13 pending-upgrade v9.9.9');
  const ending = await bed.deploy('v1.1.0');
  expect(ending).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.told).toContain('  ✔ Rolled back to revision 12 (v1.1.0)');
  await expectUntouched(15);
});

test('nothing is deployed while a restore keeps services still', async () => {
  const deployment = bed.cluster.objects.one('Deployment', 'veza-chat-server', 'veza-staging');
  if (!deployment) throw new Error('the chat does not run');
  const { metadata } = deployment;
  const annotations = { ...metadata.annotations, 'veza.app/replicas-before-restore': '2' };
  bed.put({ ...deployment, metadata: { ...metadata, annotations } });
  expect((await bed.deploy('v1.2.0')).failed).toStrictEqual([
    'a restore is in progress (paused: Deployment/veza-chat-server). Wait for it to finish, or run it again if it was interrupted',
  ]);
  bed.put({ ...deployment, metadata });
  await expectUntouched(15);
});

test('a deploy that Helm cannot even begin leaves everything as it was', async () => {
  const ending = await bed.deploy('v1.2.0', {}, async () => bed.cluster.deny('create secrets'));
  bed.cluster.hooks.denied.length = 0;
  expect(ending).toStrictEqual({
    failed: [
      expect.stringMatching(/^deploy of v1\.2\.0 failed: .*cannot create/),
      'Helm did not start; nothing was changed',
    ],
  });
  await expectUntouched(15);
});

test('who may not write is told so, and nothing is changed', async () => {
  bed.cluster.deny('patch networkpolicies.networking.k8s.io');
  const { failed = [] } = await bed.deploy('v1.2.0');
  expect(failed).toStrictEqual(
    ['veza-staging', 'veza-staging-monitoring'].map(
      (place) =>
        `missing permissions in ${place}: patch networkpolicies.networking.k8s.io; \`npx veza permissions staging\` prints roles that grant them`,
    ),
  );
  bed.cluster.hooks.denied.length = 0;
  await expectUntouched(15);
});

/** Begins when Helm is at work. */
async function whenPending<T>(work: () => Promise<T>): Promise<T> {
  await until(async () => (await bed.history()).at(-1)?.includes('pending') === true);
  return work();
}

/** Begins a deploy as somebody whose machine dies while Helm is at work. */
async function killed(version: string): Promise<void> {
  const chart = bed.chart(version);
  const child = spawn(
    'helm',
    [
      'upgrade',
      'veza-staging',
      chart,
      '--install',
      '--wait',
      '--timeout=60s',
      '--history-max=30',
      '--namespace=veza-staging',
    ],
    {
      env: process.env,
      detached: true,
    },
  );
  await whenPending(async () => {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  });
}
