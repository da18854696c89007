import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeComposeFile } from '../../lib/development/compose';
import { generatedFolders, writeDevelopmentFiles } from '../../lib/development/development-files';
import { development } from '../../lib/veza/environments/development';
import { veza } from '../../lib/veza/veza';
import { expectCommitted } from '../support/golden';
import { knownManifests } from '../support/known-manifests';
import { distFolder, project } from '../support/manifests';

const docker = join(project, 'docker');
const files = writeDevelopmentFiles(veza, development);
const compose = makeComposeFile(veza, development);
const services = Object.entries(compose.services);

test('the committed files are those that the contracts make', () => {
  expect(Object.keys(files).length).toBeGreaterThan(20);
  expectCommitted(Object.fromEntries(Object.entries(files).map(([path, content]) => [`docker/${path}`, content])));
  for (const folder of generatedFolders) {
    const made = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
    expect(
      readdirSync(join(docker, folder))
        .map((name) => `${folder}/${name}`)
        .sort(),
    ).toStrictEqual(made.sort());
  }
});

test('every port is published to this machine alone, and none twice', () => {
  const ports = services.flatMap(([, { ports = [] }]) => ports);
  expect(ports.length).toBeGreaterThan(6);
  expect(ports.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port))).toStrictEqual([]);
  expect(new Set(ports).size).toBe(ports.length);
});

test('the stores, the services of the platform, and their monitoring are there', () => {
  expect(services.map(([name]) => name)).toStrictEqual([
    ...['postgres', 'redis'],
    ...veza.services.map(({ name }) => name),
    ...['postgres-exporter', 'redis-exporter', 'prometheus', 'grafana', 'loki', 'fluent-bit'],
  ]);
});

test('images are those of the cluster', () => {
  const inCluster = [...knownManifests.values()].flat().flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
  const images = new Set(inCluster.map(({ image }) => image));
  const pulled = services.flatMap(([, { image }]) => image ?? []);
  expect(pulled).toHaveLength(8);
  expect(pulled.filter((image) => !images.has(image))).toStrictEqual([]);
});

test('a service that others wait for has a health check, and mounted files exist', () => {
  const awaited = services.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) => (condition === 'service_healthy' ? name : [])),
  );
  expect(awaited).toEqual(expect.arrayContaining(['postgres', 'redis']));
  expect(awaited.filter((name) => compose.services[name]?.healthcheck === undefined)).toStrictEqual([]);
  const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
  const missing = mounts.filter((source) =>
    source.startsWith('.') ? !existsSync(join(docker, source)) : !compose.volumes[source],
  );
  expect(missing).toStrictEqual([]);
});

describe.each(veza.services)('$name', ({ name, portVariables, settings, secrets, ports, health, calls }) => {
  const service = compose.services[name];

  test('gets exactly the variables that its contract names', () => {
    const variables = Object.keys(service?.environment ?? {});
    expect(variables).toStrictEqual([...Object.keys(portVariables), ...settings, ...secrets]);
    for (const [variable, port] of Object.entries(portVariables)) {
      expect(service?.environment?.[variable]).toBe(String((ports as Record<string, number>)[port]));
    }
  });

  test('finds the stores that it calls under their names here, with the password that the database has', () => {
    const database = compose.services.postgres?.environment;
    const variables = {
      DB_HOST: 'postgres',
      DB_NAME: database?.POSTGRES_DB,
      DB_USER: database?.POSTGRES_USER,
      DB_PASSWORD: database?.POSTGRES_PASSWORD,
      REDIS_HOST: 'redis',
    };
    const read = Object.entries(variables).filter(([name]) => name in (service?.environment ?? {}));
    expect(service?.environment).toMatchObject(Object.fromEntries(read));
    const peers: readonly string[] = calls;
    expect(read.some(([name]) => name === 'DB_HOST')).toBe(peers.includes('database'));
    expect(read.some(([name]) => name === 'REDIS_HOST')).toBe(peers.includes('cache'));
  });

  test('has the ports, probes and drain time of its contract', () => {
    const published = Object.entries(ports).filter(([port]) => port !== 'metrics');
    expect(service?.ports).toStrictEqual(published.map(([, port]) => `127.0.0.1:${port}:${port}`));
    expect(service?.healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${ports.http}${health.live}`);
    const stores = (['database', 'cache'] as const).filter((peer) => (calls as readonly string[]).includes(peer));
    expect(Object.keys(service?.depends_on ?? {})).toStrictEqual(
      stores.map((peer) => ({ database: 'postgres', cache: 'redis' })[peer]),
    );
  });

  test('is built from its Dockerfile', () => {
    expect(service?.build?.context).toBe(`../veza-${name}`);
    expect(join(`../veza-${name}`, service?.build?.dockerfile ?? '')).toBe(`../docker/${name}.Dockerfile`);
    expect(existsSync(join(docker, `${name}.Dockerfile`))).toBe(true);
  });
});

test('a secret without a value is reported', () => {
  const broken = { ...development, secrets: { ...development.secrets, JWT_SECRET_KEY: undefined } };
  // @ts-expect-error every secret has to be stated
  expect(() => makeComposeFile(veza, broken)).toThrow('JWT_SECRET_KEY: no value is stated');
});

test('the readers of another environment get none of these passwords', () => {
  const manifests = readdirSync(distFolder)
    .map((name) => readFileSync(join(distFolder, name), 'utf8'))
    .join();
  for (const value of new Set(Object.values(development.secrets))) expect(manifests).not.toContain(value);
});
