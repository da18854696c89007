import { computeAmounts, makeSmallResources, toRequirements } from '../../../lib/constructs/kubernetes/resources';
import { findSchemaProblems } from '../../../lib/platform/errors';
import { containerResources } from '../../../lib/platform/settings/resources';

const resources = {
  requests: { cpu: '250m', memory: '256Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '0.5', memory: '512Mi', ephemeralStorage: '64Mi' },
};

test('requests may be as large as limits, whatever the unit', () => {
  const same = { ...resources, requests: { cpu: '500m', memory: '524288Ki', ephemeralStorage: '0.0625Gi' } };
  expect(findSchemaProblems(containerResources, same, 'container')).toStrictEqual([]);
});

test('each request above its limit is reported', () => {
  const above = { ...resources, requests: { cpu: '501m', memory: '1Gi', ephemeralStorage: '65Mi' } };
  expect(findSchemaProblems(containerResources, above, 'container')).toStrictEqual([
    'container.requests.cpu: "501m": is above its limit of 0.5; raise the limit or ask for less',
    'container.requests.memory: "1Gi": is above its limit of 512Mi; raise the limit or ask for less',
    'container.requests.ephemeralStorage: "65Mi": is above its limit of 64Mi; raise the limit or ask for less',
  ]);
});

test('requirements have the names of Kubernetes', () => {
  expect(JSON.parse(JSON.stringify(toRequirements(resources)))).toStrictEqual({
    requests: { cpu: { value: '250m' }, memory: { value: '256Mi' }, 'ephemeral-storage': { value: '64Mi' } },
    limits: { cpu: { value: '500m' }, memory: { value: '512Mi' }, 'ephemeral-storage': { value: '64Mi' } },
  });
});

test('a helper may use what it asks for', () => {
  const same = { cpu: '50m', memory: '64Mi', ephemeralStorage: '32Mi' };
  expect(makeSmallResources('50m', '64Mi')).toStrictEqual({ requests: same, limits: same });
});

test('computed amounts are written in cores and bytes', () => {
  const values = { cpu: 1.25, memory: 3 * 2 ** 20, ephemeralStorage: 2 ** 30 };
  expect(computeAmounts((name) => values[name])).toStrictEqual({
    cpu: '1250m',
    memory: '3Mi',
    ephemeralStorage: '1Gi',
  });
});
