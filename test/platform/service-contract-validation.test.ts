import type { ServiceContract } from '../../lib/platform/service-contract';
import { findContractProblems, validateContract } from '../../lib/platform/service-contract-validation';
import { veza } from '../../lib/veza/veza';
import { catalog } from '../support/shop';

const exposure = {
  subdomain: 'www',
  servicePort: 'http',
  maxBodySize: '1Mi',
  idleTimeout: 60,
  connectTimeout: 5,
  buffering: true,
  limits: 'none' as const,
  smoke: [],
};
const label = 'use lower-case letters, digits and inner hyphens, at most 63';
const quantity = 'use a Kubernetes quantity above zero, such as 250m or 512Mi';

test.each([...veza.services, catalog])('nothing is wrong in $name', (contract) => {
  expect(validateContract(contract, 'x')).toStrictEqual([]);
});

test.each<[string, string, Partial<ServiceContract>]>([
  ['name: ""', label, { name: '' }],
  ['name: "My Catalog"', label, { name: 'My Catalog' }],
  ['ports.http: 0', 'use a whole number from 1 to 65535', { ports: { http: 0, metrics: 3001 } }],
  ['ports.metrics: 70000', 'use a whole number from 1 to 65535', { ports: { http: 3000, metrics: 70000 } }],
  [
    'servicePorts.http.port: 0',
    'use a whole number from 1 to 65535',
    { servicePorts: { http: { port: 0, target: 'http' } } },
  ],
  ['drainSeconds: -1', 'use a whole number of 0 or more', { drainSeconds: -1 }],
  ['databasePoolSize: 1.5', 'use a whole number of 0 or more', { databasePoolSize: 1.5 }],
  ['tmpSize: "lots"', quantity, { tmpSize: 'lots' }],
  ['exposure.subdomain: "a b"', label, { exposure: { ...exposure, subdomain: 'a b' } }],
  ['exposure.maxBodySize: "lots"', quantity, { exposure: { ...exposure, maxBodySize: 'lots' } }],
  ['exposure.idleTimeout: 0', 'use a whole number of 1 or more', { exposure: { ...exposure, idleTimeout: 0 } }],
  ['exposure.connectTimeout: 0', 'use a whole number of 1 or more', { exposure: { ...exposure, connectTimeout: 0 } }],
])('refuses %s', (place, remedy, change) => {
  expect(validateContract({ ...catalog, ...change }, 'x')).toStrictEqual([`x.${place}: ${remedy}`]);
});

test.each(['gRPC', 'a-name-that-is-too-long', '9090'])('refuses a port named %s, and says why', (name) => {
  const problems = validateContract({ ...catalog, ports: { ...catalog.ports, [name]: 4000 } }, 'x');
  const remedy = name.length > 15 ? 'use at most 15 characters' : 'use lower-case letters, digits and inner hyphens';
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(name);
  expect(problems[0]).toContain(remedy);
});

test('what is wrong in a contract is said as often as it is asked', () => {
  const faulty = { ...catalog, drainSeconds: -1 };
  for (const _ of [1, 2]) expect(findContractProblems(faulty, 'x')).toHaveLength(1);
  for (const _ of [1, 2]) expect(findContractProblems(catalog, 'x')).toStrictEqual([]);
});
