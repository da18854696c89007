import { type PublishContext, publishRelease } from '../../../lib/operations/deploy/publish-release';
import type { Environment } from '../../../lib/platform/environment';
import { OperationError, type UsageError } from '../../../lib/platform/errors';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import { DeployHarness } from '../../support/deploy-harness';
import { releasesAt } from '../../support/own-platform';
import { staging } from '../../support/small-environment';

const environment = changed(changed(staging, 'deployment.delivery', 'argo-cd'), 'deployment.timeoutSeconds', 60);

/** An environment without objects, whose tool applies what is written as soon as it is. */
class PublishHarness {
  readonly harness = new DeployHarness(environment);
  readonly written: Environment[] = [];
  /** What the tool does with a release that was written. */
  deliver: (released: Environment) => void = (released) => void this.apply(released);

  async apply(released: Environment): Promise<void> {
    await this.harness.cluster.apply(renderEnvironment(veza, released).objects);
  }

  async publish(version: string, options: Partial<PublishContext> & { dryRun?: boolean; services?: string[] } = {}) {
    const { dryRun = false, services = [], ...context } = options;
    const write = (released: Environment) => {
      this.written.push(released);
      this.deliver(released);
      return 'dist';
    };
    const base = this.harness.context();
    const full: PublishContext = { ...base, tool: 'argo-cd', confirm: async () => undefined, write, ...context };
    const request = { version, services, dryRun, skipBackup: undefined };
    try {
      return { done: await publishRelease(request, full, new AbortController().signal) };
    } catch (error) {
      return { failed: (error as UsageError).problems ?? [String(error)] };
    }
  }
}

test('checks, writes, says what to commit, waits for the tool and ends with the smoke tests', async () => {
  const publisher = new PublishHarness();
  let tested = 0;
  publisher.harness.runSmokeTests = async () => {
    tested += 1;
  };
  const result = await publisher.publish('v1.1.0', { sourceFile: 'lib/veza/environments/staging.ts' });
  expect(result).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(publisher.written.map(({ releases }) => releases)).toStrictEqual([releasesAt('v1.1.0')]);
  expect(publisher.harness.output).toContain(
    `  1. state in lib/veza/environments/staging.ts: releases: ${JSON.stringify(releasesAt('v1.1.0'))}`,
  );
  expect(publisher.harness.output).toContain('  2. commit that and dist, and push');
  expect(tested).toBe(1);
});

test('one service changes, and the others keep what runs', async () => {
  const publisher = new PublishHarness();
  await publisher.publish('v1.1.0');
  await publisher.publish('v1.2.0', { services: ['chat-server'] });
  expect(publisher.written.at(-1)?.releases).toStrictEqual(releasesAt('v1.1.0', { 'chat-server': 'v1.2.0' }));
});

test('a dry run and a refused confirmation write nothing', async () => {
  const publisher = new PublishHarness();
  expect(await publisher.publish('v1.1.0', { dryRun: true })).toStrictEqual({
    done: 'v1.1.0 can be deployed to staging; nothing was changed',
  });
  const confirm = () => Promise.reject(new OperationError(['not confirmed']));
  expect(await publisher.publish('v1.1.0', { confirm })).toStrictEqual({ failed: ['not confirmed'] });
  expect(publisher.written).toStrictEqual([]);
});

test('a problem of the cluster is reported before anything is written', async () => {
  const publisher = new PublishHarness();
  for (const secret of publisher.harness.cluster.objects.all('Secret', 'veza-staging'))
    publisher.harness.cluster.objects.delete(secret);
  const { failed = [] } = await publisher.publish('v1.1.0');
  expect(failed.join('\n')).toMatch(/Secret.*veza-secrets/);
  expect(publisher.written).toStrictEqual([]);
});

test('a tool that delivers nothing ends in what the cluster runs instead, and in the remedy', async () => {
  const publisher = new PublishHarness();
  await publisher.publish('v1.0.0');
  publisher.deliver = () => undefined;
  const { failed = [] } = await publisher.publish('v1.1.0');
  expect(failed[0]).toBe('staging does not run the manifests after 60 s; dist/ stays as it was written');
  expect(failed).toContain(
    'veza-staging Deployment/veza-chat-server: chat-server runs ghcr.io/veza/chat-server:v1.0.0, dist/ states ghcr.io/veza/chat-server:v1.1.0',
  );
  expect(failed.at(-1)).toBe('correct the cause, or revert the commit; `npx veza health staging` lists what fails');
});

test('a failed smoke test prints how to roll back', async () => {
  const publisher = new PublishHarness();
  publisher.harness.runSmokeTests = () => Promise.reject(new OperationError(['https://api: 503']));
  expect(await publisher.publish('v1.1.0')).toStrictEqual({
    failed: ['https://api: 503', 'staging runs v1.1.0: revert the commit to deliver the release before'],
  });
});

test('a release whose pods do not become ready is no success, though its images are set', async () => {
  const publisher = new PublishHarness();
  publisher.harness.cluster.fail({ image: /chat-server:v1\.1\.0$/, as: 'ImagePullBackOff' });
  const { failed = [] } = await publisher.publish('v1.1.0');
  expect(failed[0]).toBe('staging does not run the manifests after 60 s; dist/ stays as it was written');
  expect(failed).toContainEqual(expect.stringMatching(/^waiting for veza-chat-server 0\/2$/));
});
