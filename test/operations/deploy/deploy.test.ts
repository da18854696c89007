import { listEnvironmentNamespaces } from '../../../lib/platform/environment';
import { OperationError } from '../../../lib/platform/errors';
import { changed } from '../../support/changed';
import type { KubeObject } from '../../support/cluster/objects';
import { afterDeploys, all, DeployHarness } from '../../support/deploy-harness';
import { contracts } from '../../support/own-platform';
import { staging } from '../../support/small-environment';

const environment = changed(staging, 'deployment.timeoutSeconds', 60);
const services = contracts.map(({ name }) => `veza-${name}`);

/** Makes a cluster where v1.0.0 and then v1.1.0 were deployed. */
const deployed = afterDeploys(environment, 'v1.0.0', 'v1.1.0');

/** Everything runs as `deployed` left it, and Helm's last revision says so. */
async function expectUnchanged(harness: DeployHarness, revisions: number): Promise<void> {
  expect(harness.running).toStrictEqual(all('v1.1.0'));
  harness.cluster.step();
  expect(harness.ready).toStrictEqual(services);
  const history = await harness.history();
  expect(history).toHaveLength(revisions);
  expect(history.at(-1)).toBe(`${revisions} deployed v1.1.0`);
}

function objectOf(harness: DeployHarness, kind: string, name: string): KubeObject {
  const found = harness.cluster.objects.one<KubeObject>(kind, name, 'veza-staging');
  if (!found) throw new Error(`there is no ${kind}/${name}`);
  return found;
}

test('a release is deployed to an empty cluster', async () => {
  const harness = new DeployHarness(environment);
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(harness.running).toStrictEqual(all('v1.0.0'));
  expect(harness.ready).toStrictEqual(services);
  expect(await harness.history()).toStrictEqual(['1 deployed v1.0.0']);
  expect(harness.output.filter((line) => line.startsWith('  adds ')).length).toBeGreaterThan(30);
});

test('the next release prints what it changes, and changes that', async () => {
  const harness = await afterDeploys(environment, 'v1.0.0')();
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.output.filter((line) => /^ {2}(adds|changes) /.test(line))).toStrictEqual(
    services.map((name) => `  changes veza-staging Deployment/${name}`),
  );
  await expectUnchanged(harness, 2);
});

test('a dry run prints the difference and changes nothing', async () => {
  const harness = await deployed();
  const ending = await harness.deploy('v1.2.0', { dryRun: true });
  expect(ending).toStrictEqual({ done: 'v1.2.0 can be deployed to staging; nothing was changed' });
  expect(harness.output.join('\n')).toMatch(/^\+ +image: ghcr\.io\/veza\/backend-api:v1\.2\.0$/m);
  expect(harness.helm.calls).toStrictEqual([]);
  await expectUnchanged(harness, 2);
});

test('everything that is missing or rejected is reported at once, and nothing is changed', async () => {
  const harness = await deployed();
  const { objects } = harness.cluster;
  const secret = objectOf(harness, 'Secret', 'veza-secrets');
  const issuer = objects.one<KubeObject>('ClusterIssuer', 'letsencrypt-staging');
  if (!issuer) throw new Error('the fake cluster has no issuer');
  const { SMTP_PASSWORD: _, DB_PASSWORD_CHAT_SERVER: __, DB_PASSWORD_STREAM_SERVER: ___, ...data } = secret.data ?? {};
  objects.put({ ...secret, data: { ...data, DB_PASSWORD: Buffer.from('fifteen letters').toString('base64') } });
  objects.put({ ...issuer, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual([
    'Secret veza-staging/veza-secrets: missing keys: DB_PASSWORD_CHAT_SERVER, DB_PASSWORD_STREAM_SERVER, SMTP_PASSWORD; add them, see docs/secrets.md; new passwords: ' +
      `kubectl --context=${harness.cluster.context} --namespace=veza-staging patch secret veza-secrets ` +
      `--patch='{"stringData":{"DB_PASSWORD_CHAT_SERVER":"'"$(openssl rand -hex 24)"'","DB_PASSWORD_STREAM_SERVER":"'"$(openssl rand -hex 24)"'"}}'`,
    'Secret veza-staging/veza-secrets: DB_PASSWORD has fewer than 16 characters, which the database rejects; set a longer one, see docs/secrets.md',
    'clusterissuer.cert-manager.io/letsencrypt-staging: not Ready; `kubectl describe clusterissuer.cert-manager.io/letsencrypt-staging` shows why',
  ]);
  const { resourceVersion: ____, ...metadata } = secret.metadata;
  objects.put({ ...secret, metadata });
  await expectUnchanged(harness, 2);
});

test('missing permissions are reported for each namespace, and nothing is changed', async () => {
  const harness = await deployed();
  harness.cluster.deny('patch networkpolicies.networking.k8s.io');
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual(
    listEnvironmentNamespaces(staging).map(
      (namespace) =>
        `missing permissions in ${namespace}: patch networkpolicies.networking.k8s.io; \`npx veza permissions staging\` prints roles that grant them`,
    ),
  );
  await expectUnchanged(harness, 2);
});

test('nothing is deployed while a restore has paused services', async () => {
  const harness = await deployed();
  const deployment = objectOf(harness, 'Deployment', 'veza-chat-server');
  const annotations = { ...deployment.metadata.annotations, 'veza.app/replicas-before-restore': '2' };
  harness.cluster.objects.put({ ...deployment, metadata: { ...deployment.metadata, annotations } });
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual([
    'a restore is in progress (paused: Deployment/veza-chat-server). Wait for it to finish, or run it again if it was interrupted',
  ]);
  await expectUnchanged(harness, 2);
});

test('a restore that starts while the deploy asks for confirmation stops the deploy', async () => {
  const harness = await deployed();
  const confirm = async () => {
    const deployment = objectOf(harness, 'Deployment', 'veza-chat-server');
    const annotations = { ...deployment.metadata.annotations, 'veza.app/replicas-before-restore': '2' };
    harness.cluster.objects.put({ ...deployment, metadata: { ...deployment.metadata, annotations } });
  };
  expect((await harness.deploy('v1.2.0', { confirm })).failed?.[0]).toMatch(/^a restore is in progress/);
  await expectUnchanged(harness, 2);
});

test('a release whose image cannot be pulled is rolled back, and the error names the cause', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  const { failed = [] } = await harness.deploy('v6.6.6');
  expect(failed).toHaveLength(2);
  expect(failed[0]).toMatch(/^deploy of v6\.6\.6 failed: pod veza-\S+: ImagePullBackOff: /);
  expect(failed[1]).toBe('rolled back to revision 2 (v1.1.0)');
  await expectUnchanged(harness, 4);
});

test('a service that crashes is rolled back; only the user gets the end of its log, which may hold a secret', async () => {
  const harness = await deployed();
  harness.cluster.fail({
    image: /chat-server:v7\.7\.7$/,
    as: 'CrashLoopBackOff',
    log: 'dial postgres://veza:hunter2@db',
  });
  const { failed = [], publicMessages } = await harness.deploy('v7.7.7', { services: ['chat-server'] });
  expect(failed[0]).toMatch(
    /^deploy of backend-api v1\.1\.0, chat-server v7\.7\.7, stream-server v1\.1\.0.* failed: pod veza-chat-server-\S+: CrashLoopBackOff: .*; last log lines: dial postgres:\/\/veza:hunter2@db; Helm: Error: UPGRADE FAILED: .+$/,
  );
  expect(publicMessages?.[0]).toMatch(/: pod veza-chat-server-\S+: CrashLoopBackOff: .*; Helm: Error: UPGRADE FAILED/);
  expect(publicMessages?.join()).not.toContain('hunter2');
  expect(failed[1]).toBe('rolled back to revision 2 (v1.1.0)');
  await expectUnchanged(harness, 4);
});

test('a release whose pods are ready and whose smoke tests fail is rolled back', async () => {
  const harness = await deployed();
  harness.runSmokeTests = async () => {
    throw new OperationError(['3 of 8 smoke tests failed: api.staging.veza.app/ready: responded 503 instead of 200']);
  };
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual([
    '3 of 8 smoke tests failed: api.staging.veza.app/ready: responded 503 instead of 200',
    'rolled back to revision 2 (v1.1.0)',
  ]);
  await expectUnchanged(harness, 4);
});

test('a first release whose smoke tests fail stays for inspection', async () => {
  const harness = new DeployHarness(environment);
  harness.runSmokeTests = async () => {
    throw new OperationError(['1 of 8 smoke tests failed: x']);
  };
  expect((await harness.deploy('v1.0.0')).failed).toStrictEqual([
    '1 of 8 smoke tests failed: x',
    'first deploy: there is no release to roll back to; its objects stay in veza-staging for inspection',
  ]);
  expect(await harness.history()).toStrictEqual(['1 deployed v1.0.0']);
});

test('a deploy plans and asks again if another release was deployed while it asked', async () => {
  const harness = await deployed();
  const runningAtQuestion: string[] = [];
  const confirm = async () => {
    runningAtQuestion.push(harness.running[0] ?? '');
    if (runningAtQuestion.length > 1) throw new Error('no');
    expect(await harness.deploy('v1.1.1')).toStrictEqual({ done: 'v1.1.1 is deployed to staging' });
  };
  expect(await harness.deploy('v1.2.0', { confirm })).toStrictEqual({ failed: ['no'] });
  expect(runningAtQuestion).toStrictEqual(['backend-api:v1.1.0', 'backend-api:v1.1.1']);
  expect(harness.output).toContain('revision 3 (v1.1.1) was deployed since this deploy was planned; planning again');
  expect(harness.running).toStrictEqual(all('v1.1.1'));
});

test('two deploys of different services that were planned at once both succeed', async () => {
  const harness = await deployed();
  let arrived = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const confirm = () => {
    arrived += 1;
    if (arrived === 2) open();
    return opened;
  };
  const endings = await Promise.all([
    harness.deploy('v1.3.0', { services: ['chat-server'], confirm }),
    harness.deploy('v1.2.0', { services: ['backend-api'], confirm }),
  ]);
  expect(endings.map(({ failed }) => failed)).toStrictEqual([undefined, undefined]);
  expect(harness.running).toStrictEqual(all('v1.1.0', { 'backend-api': 'v1.2.0', 'chat-server': 'v1.3.0' }));
  expect(harness.output).toContainEqual(
    expect.stringMatching(/^revision 3 \(.+\) was deployed since this deploy was planned; planning again$/),
  );
});

test('a deploy waits until another one has ended', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  let second: ReturnType<DeployHarness['deploy']> | undefined;
  harness.helm.onApplied = () => {
    second ??= harness.deploy('v1.1.0');
  };
  const first = await harness.deploy('v8.8.8');
  expect(first.failed?.[1]).toBe('rolled back to revision 2 (v1.1.0)');
  expect(await second).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.output.some((line) => / deploy v8\.8\.8 after revision 2 by /.test(line))).toBe(true);
  await expectUnchanged(harness, 5);
});

test('a deploy that Helm cannot start leaves everything as it was', async () => {
  const harness = await deployed();
  const failure = 'Error: UPGRADE FAILED: create: failed to create: secrets is forbidden: User "tester" cannot create';
  jest.spyOn(harness.helm, 'upgrade').mockResolvedValue({ failure });
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual([
    `deploy of v1.2.0 failed: ${failure}`,
    'Helm did not start; nothing was changed',
  ]);
  await expectUnchanged(harness, 2);
});

test('a cluster that is lost in the middle is no wrong usage, and the error does not guess the state', async () => {
  const harness = await deployed();
  harness.helm.onApplied = () => {
    harness.cluster.outage = 'Unable to connect to the server: EOF';
    harness.helm.outage = 'Error: Kubernetes cluster unreachable: EOF';
    throw new Error('Kubernetes cluster unreachable: EOF');
  };
  expect((await harness.deploy('v1.2.0')).failed).toStrictEqual([
    expect.stringMatching(/^deploy of v1\.2\.0 failed: .*EOF/),
    'could not determine whether the rollback succeeded: helm history: Error: Kubernetes cluster unreachable: EOF',
  ]);
});
