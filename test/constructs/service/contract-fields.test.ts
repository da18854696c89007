import { ValidationError } from '../../../lib/platform/errors';
import { definePlatform, type Platform } from '../../../lib/platform/platform';
import type { ServiceContract } from '../../../lib/platform/service-contract';
import { constant } from '../../../lib/platform/service-settings';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import { fieldPaths, valueAt, wrongTypes } from '../../support/fields';
import { catalog } from '../../support/shop';

const define: (platform: Platform) => unknown = definePlatform;

/** The lines of the error with which a platform is refused; types, which would find many of them, are not asked. */
function problemsOf(platform: Platform): readonly string[] {
  try {
    define(platform);
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

/** The same of a platform in which one contract is another. */
function problemsWith(contract: ServiceContract): readonly string[] {
  const services = [...veza.services, catalog].filter(({ name }) => name !== contract.name);
  const settings = { ...veza.settings, GREETING: constant('hello') };
  return problemsOf({ ...veza, settings, services: [contract, ...services] });
}

function isAbout(path: string): (problem: string) => boolean {
  return (problem) => new RegExp(`^platform veza\\.services\\.[\\w-]+\\.${path}(\\.[^:]*)?: `).test(problem);
}

const contracts: readonly ServiceContract[] = [...veza.services, catalog];

describe.each(contracts)('the contract of $name', (contract) => {
  const paths = fieldPaths(contract);
  // A number that lists what there are has no field that must be there: its entries have names of the author's choice.
  const free =
    /^(portVariables|servicePorts|metrics\.exports|settings|secrets|calls)\.[^.]+$|^ports\.(?!http|metrics)|^exposure\.smoke\.\d+$/;

  test('nothing is wrong', () => {
    expect(problemsWith(contract)).toStrictEqual([]);
    expect(paths.length).toBeGreaterThan(35);
  });

  test('each field that is missing is named, and what is wrong elsewhere too', () => {
    for (const path of paths.filter((each) => !free.test(each))) {
      const field = path.startsWith('tmpSize') ? 'drainSeconds' : 'tmpSize';
      const problems = problemsWith(changed(changed(contract, path, undefined), field, 'wrong'));
      expect([path, problems.some(isAbout(path)), problems.some(isAbout(field))]).toStrictEqual([path, true, true]);
    }
  });

  test('each field of a wrong type is named', () => {
    for (const path of paths) {
      for (const wrong of wrongTypes(valueAt(contract, path))) {
        const problems = problemsWith(changed(contract, path, wrong));
        expect([path, wrong, problems.some(isAbout(path))]).toStrictEqual([path, wrong, true]);
      }
    }
  });
});

test.each(['name', 'settings', 'secrets', 'databasePassword', 'services'] as const)(
  'a platform has its field %s, of its type',
  (field) => {
    const { [field]: value, ...rest } = veza;
    for (const wrong of [undefined, ...wrongTypes(value)]) {
      const found = problemsOf({ ...rest, [field]: wrong } as never);
      expect([
        wrong,
        found.some((problem) => problem.includes(`.${field}`) || problem.startsWith('platform.')),
      ]).toEqual([wrong, true]);
    }
  },
);

test.each([
  ['image', 'x:latest', 'use a fully qualified image without a tag, such as ghcr.io/shop/catalog'],
  ['image', 'ghcr.io/shop/catalog:v1', 'use a fully qualified image without a tag, such as ghcr.io/shop/catalog'],
  ['image', 'catalog', 'use a fully qualified image without a tag, such as ghcr.io/shop/catalog'],
  ['health.live', 'health', 'begin with a slash, such as /health'],
  ['tmpSize', '64', 'use 1Mi or more, with its unit, such as 512Mi'],
  ['metrics.responseTime.histogram', 'http_requests_total', 'is no histogram of exports; name one of them'],
])('refuses %s %j', (path, value, remedy) => {
  expect(problemsWith(changed<ServiceContract>(catalog, path, value))).toStrictEqual([
    `platform veza.services.catalog.${path}: ${JSON.stringify(value)}: ${remedy}`,
  ]);
});

test.each(['localhost:5000/catalog', 'registry:5000/catalog', 'ghcr.io/shop/catalog_2.x-y'])(
  'takes the image %s',
  (image) => {
    expect(problemsWith({ ...catalog, image })).toStrictEqual([]);
  },
);
