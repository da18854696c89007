import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { EnvironmentChart } from '../../lib/charts/environment-chart';
import { MonitoringChart } from '../../lib/charts/monitoring-chart';
import type { Environment } from '../../lib/platform/environment';
import { getEnvironmentSchema, validateEnvironment } from '../../lib/platform/environment-validation';
import { ValidationError } from '../../lib/platform/errors';
import type { Platform } from '../../lib/platform/platform';
import { synthesize } from '../../lib/synth/synthesize';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { singleDatabase } from '../support/clustered';
import { production } from '../support/environments/production';
import { kindsCases } from '../support/every-kind';
import { fieldPaths, isEntry, valueAt, wrongTypes } from '../support/fields';
import { mimir } from '../support/mimir';
import { withFolder } from '../support/program';
import { sample } from '../support/sample-platform';
import { shop, shopTest } from '../support/shop';

/** An environment that takes the other turn wherever there is one: what none of the others states. */
const other: Environment<typeof shop> = {
  ...shopTest,
  name: 'other',
  deployment: {
    ...shopTest.deployment,
    migration: { kind: 'job', service: 'catalog', command: ['./migrate'], timeoutSeconds: 60 },
  },
  kubernetes: {
    ...shopTest.kubernetes,
    minimum: '1.30',
    admission: {
      kind: 'warn',
      operatorNamespaces: ['cert-manager'],
      earlier: ['shop-cart default registry.test/cart'],
    },
  },
  imagePullSecrets: ['registry'],
  external: [{ kind: 'Service', namespace: 'mail', name: 'mailhog' }],
  database: {
    ...singleDatabase,
    backup: {
      ...singleDatabase.backup,
      offsite: {
        kind: 'bucket',
        image: 'docker.io/rclone/rclone:1.71.0',
        endpoint: 's3.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
        bucket: 'backups',
        schedule: '15 4 * * *',
      },
    },
  },
  secrets: {
    kind: 'external',
    storeKind: 'SecretStore',
    storeName: 'vault',
    remoteKey: 'shop/test',
    refreshInterval: '1h',
  },
  monitoring: {
    ...shopTest.monitoring,
    receivers: {
      critical: [
        {
          kind: 'email',
          to: 'night@shop.test',
          from: 'alerts@shop.test',
          host: 'smtp.shop.test',
          port: 587,
          username: 'alerts',
        },
        { kind: 'webhook' },
      ],
      warning: [{ kind: 'slack', channel: '#shop' }],
      deadMansSwitch: 'webhook',
    },
    remoteWrite: [mimir],
  },
};

const cases: readonly [string, Platform, Environment][] = [
  ['production', veza, production],
  ['another', shop, other],
];

/** Fields that every kind is tried of. */
const fieldsWithKinds = new Set(kindsCases.flatMap(({ kinds }) => kinds.map((kind) => kind.split(' ')[0] ?? '')));

/** The lines of the error with which a synth of an environment fails. */
function refusal(platform: Platform, environment: Environment): readonly string[] {
  return withFolder((folder) => {
    const folders = { outdir: join(folder, 'dist'), secretsDir: join(folder, 'secrets') };
    const input = { platform, environments: [environment], cluster: 'none', secretValues: () => ({}) } as const;
    const problems = problemsRaised(() => synthesize({ ...input, ...folders }));
    expect(readdirSync(folder)).toStrictEqual([]);
    return problems;
  });
}

function problemsRaised(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

/** Whether a field may not be missing: items of lists and entries of records with free keys may. */
function isRequired(platform: Platform, path: string): boolean {
  return !isEntry(getEnvironmentSchema(platform), path);
}

/** Whether a problem names the field, or one that the field decides about. */
function isAbout(path: string): (problem: string) => boolean {
  return (problem) => new RegExp(`^[\\w-]+\\.${path.replaceAll('.', '\\.')}(\\.[^:]*)?: `).test(problem);
}

describe.each(cases)('in %s', (_, platform, environment) => {
  const paths = fieldPaths(environment);

  test('nothing is wrong', () => {
    expect(validateEnvironment(platform, environment)).toStrictEqual([]);
    expect(paths.length).toBeGreaterThan(100);
  });

  test('each field that is missing is named, and what is wrong elsewhere too', () => {
    for (const path of paths.filter((each) => isRequired(platform, each))) {
      const field = path.startsWith('apiServer') ? 'priorities' : 'apiServer';
      const problems = refusal(platform, changed(changed(environment, path, undefined), field, 'wrong'));
      expect([path, problems.some(isAbout(path)), problems.some(isAbout(field))]).toStrictEqual([path, true, true]);
    }
  }, 60_000);

  test('each field of a wrong type is named, but for those that have kinds', () => {
    for (const path of paths.filter((each) => !fieldsWithKinds.has(each.split('.')[0] ?? ''))) {
      for (const wrong of wrongTypes(valueAt(environment, path))) {
        const problems = validateEnvironment(platform, changed(environment, path, wrong));
        expect([path, wrong, problems.some(isAbout(path))]).toStrictEqual([path, wrong, true]);
      }
    }
  }, 60_000);
});

test('each field of every kind that is missing or of a wrong type is named', () => {
  const judged = new Set<string>();
  for (const { kinds, environment } of kindsCases) {
    for (const kind of kinds) {
      const [field = ''] = kind.split(' ');
      for (const path of fieldPaths(valueAt(environment, field), [field])) {
        if (judged.has(`${kind} ${path}`)) continue;
        judged.add(`${kind} ${path}`);
        const missing = isRequired(sample, path) ? [undefined] : [];
        for (const wrong of [...missing, ...wrongTypes(valueAt(environment, path))]) {
          const problems = validateEnvironment(sample, changed(environment, path, wrong));
          expect([kind, path, wrong, problems.some(isAbout(path))]).toStrictEqual([kind, path, wrong, true]);
        }
      }
    }
  }
  expect(judged.size).toBeGreaterThan(300);
}, 120_000);

test.each([null, undefined, 'production', 7, []])('the charts refuse %j for an environment', (environment) => {
  const props = { platform: veza, environment: environment as never };
  for (const chart of [EnvironmentChart, MonitoringChart]) {
    expect(problemsRaised(() => new chart(new App(), 'chart', props))).not.toStrictEqual([]);
  }
  expect(refusal(veza, environment as never)).not.toStrictEqual([]);
});
