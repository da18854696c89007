import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listDatabaseRoles, listServiceSecretKeys } from '../../lib/platform/database-roles';
import { veza } from '../../lib/veza/veza';
import { staging } from '../support/environments/staging';
import { parseManifests } from '../support/manifests';
import type { Outcome } from '../support/program';
import { vezaProject } from './support/call-veza';
import { inFolder, runWith } from './support/folder';

/** Staging with the values of its secrets supplied. */
const project = {
  ...vezaProject,
  environments: [{ ...staging, secrets: { kind: 'values' } as const }],
  cluster: 'none' as const,
};
const values = Object.fromEntries(
  listServiceSecretKeys(veza, listDatabaseRoles(veza, staging)).map((key) => [key, `s3cret-of-${key.toLowerCase()}`]),
);

function synth(variables: Readonly<Record<string, string>>): Promise<Outcome> {
  return runWith(variables, [], project);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** Every file below a folder as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');
}

test('values stand in secrets/ for their owner alone, and nowhere else', async () => {
  await inFolder(async (folder) => {
    const { status, stdout, stderr } = await synth(values);
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toStrictEqual(['dist', 'secrets']);
    expect(readdirSync(join(folder, 'secrets'))).toStrictEqual(['staging.k8s.yaml']);
    expect([mode(join(folder, 'secrets')), mode(join(folder, 'secrets/staging.k8s.yaml'))]).toStrictEqual([
      '700',
      '600',
    ]);
    const seen = [...stdout, ...stderr, everything(join(folder, 'dist'))].join('\n');
    expect(seen).toContain('   1 objects  secrets/staging.k8s.yaml');
    for (const value of Object.values(values)) {
      expect(seen).not.toContain(value);
      expect(seen).not.toContain(Buffer.from(value).toString('base64'));
    }
  });
});

test('the Secret has every key of the contract with its value', async () => {
  await inFolder(async (folder) => {
    expect((await synth(values)).status).toBe(0);
    const [secret, ...others] = parseManifests(readFileSync(join(folder, 'secrets/staging.k8s.yaml'), 'utf8'));
    expect(others).toStrictEqual([]);
    expect(secret).toStrictEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'veza-secrets',
        namespace: 'veza-staging',
        annotations: { 'helm.sh/resource-policy': 'keep' },
        labels: {
          'app.kubernetes.io/managed-by': 'cdk8s',
          'app.kubernetes.io/part-of': 'veza',
          environment: 'staging',
        },
      },
      type: 'Opaque',
      data: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
  });
});

test('the file of the environment supplies values, and the process environment wins over it', async () => {
  await inFolder(async (folder) => {
    const { DB_PASSWORD = '', ...others } = values;
    const file = Object.entries({ ...others, DB_PASSWORD: 'of-the-file' }).map(([key, value]) => `${key}="${value}"`);
    writeFileSync(join(folder, '.env.staging'), file.join('\n'));
    expect((await synth({ DB_PASSWORD })).status).toBe(0);
    const [secret] = parseManifests(readFileSync(join(folder, 'secrets/staging.k8s.yaml'), 'utf8'));
    const decoded = Object.entries(secret?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    expect(Object.fromEntries(decoded)).toStrictEqual(values);
  });
});

test("a file of secrets that others could read becomes its owner's alone", async () => {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets/staging.k8s.yaml'), 'old', { mode: 0o644 });
    expect((await synth(values)).status).toBe(0);
    expect(mode(join(folder, 'secrets/staging.k8s.yaml'))).toBe('600');
  });
});

test('every missing, empty or placeholder secret is named at once, no value is, and nothing is written', async () => {
  await inFolder(async (folder) => {
    const missing = ['DB_PASSWORD', 'GOOGLE_CLIENT_SECRET'];
    const supplied = Object.entries(values).filter(([key]) => !missing.includes(key));
    const outcome = await synth({
      ...Object.fromEntries(supplied),
      JWT_SECRET_KEY: '',
      GITHUB_CLIENT_SECRET: ' \t',
      DISCORD_CLIENT_SECRET: 'your-discord-client-secret',
      SMTP_PASSWORD: 'changeme',
      AWS_ACCESS_KEY_ID: '<aws access key>',
      AWS_SECRET_ACCESS_KEY: 'veza_production_password',
    });
    expect(outcome).toStrictEqual({
      status: 1,
      stdout: [],
      stderr: [
        'error: staging.secrets: secret DB_PASSWORD is missing; supply it in .env.<environment> or as an environment variable',
        'error: staging.secrets: secret JWT_SECRET_KEY is empty; supply a value',
        'error: staging.secrets: secret GOOGLE_CLIENT_SECRET is missing; supply it in .env.<environment> or as an environment variable',
        'error: staging.secrets: secret GITHUB_CLIENT_SECRET is empty; supply a value',
        'error: staging.secrets: secret DISCORD_CLIENT_SECRET is still a placeholder; supply the real value',
        'error: staging.secrets: secret SMTP_PASSWORD is still a placeholder; supply the real value',
        'error: staging.secrets: secret AWS_ACCESS_KEY_ID is still a placeholder; supply the real value',
        'error: staging.secrets: secret AWS_SECRET_ACCESS_KEY is still a placeholder; supply the real value',
      ],
    });
    expect(readdirSync(folder)).toStrictEqual([]);
  });
});
