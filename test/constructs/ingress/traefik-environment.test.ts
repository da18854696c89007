import { lintManifests } from '../../../lib/lint/lint-manifests';
import { buildEnvironment, lintOutput } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { ingressIn } from '../../support/edges';
import { staging } from '../../support/environments/staging';

const edge = {
  ...ingressIn(staging),
  clientAddress: 'connection',
  controller: 'traefik',
  className: 'traefik',
  controllerNamespace: 'traefik',
} as const;
const monitoring = {
  ...staging.monitoring,
  externalTargets: { ...staging.monitoring.externalTargets, ingressNginx: 'none' },
};
const built = buildEnvironment(veza, { ...staging, edge, monitoring });
const objects = built.files.staging ?? [];

test('the linter finds nothing in an environment behind Traefik', () => {
  expect(lintOutput(built)).toStrictEqual([]);
});

test('each public host may be reached from the namespace of Traefik, and so may the solvers of its certificate', () => {
  const policies = objects.filter((each) => each.kind === 'NetworkPolicy');
  const open = policies.filter((each) => JSON.stringify(each).includes('"kubernetes.io/metadata.name":"traefik"'));
  expect(open.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(['veza-backend-api', 'veza-chat-server', 'veza-stream-server']),
  );
  expect(JSON.stringify(open)).toContain('8089');
});

test.each(['veza-api-rate', 'veza-api-redirect', 'veza-api-transport'])('a missing %s is found', (name) => {
  const left = objects.filter(({ metadata }) => metadata.name !== name);
  expect(left).toHaveLength(objects.length - 1);
  const found = lintManifests(left, { policy: false, rules: ['custom-references'] });
  expect(found.map((each) => each.message).join()).toContain(name);
});
