import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, vezaProject } from '../support/call-veza';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const images = {
  redis: { image: 'docker.io/library/redis', tag: '7.4.11', digest: '' },
  grafana: { image: 'docker.io/grafana/grafana', tag: '13.2.0', digest: 'sha256:old' },
};
const list = `${JSON.stringify(images, undefined, 2)}\n`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `veza images --pin` with a list of two images and a file of these lines. */
async function pin(...lines: readonly string[]) {
  const [imagesFile, pins] = [join(folder, 'images.json'), join(folder, 'pins')];
  writeFileSync(imagesFile, list);
  writeFileSync(pins, lines.join('\n'));
  const { status, out, err } = await runCli(['images', '--pin', pins], undefined, { ...vezaProject, imagesFile });
  return { status, text: (out + err).replaceAll(folder, ''), written: readFileSync(imagesFile, 'utf8') };
}

test('lists every image of the manifests with the containers that run it', async () => {
  const { out, status } = await runCli(['images', '--format', 'json']);
  const images: readonly { image: string; tag: string; usedBy: readonly string[] }[] = JSON.parse(out);
  expect(status).toBe(0);
  expect(images.find(({ image }) => image === 'ghcr.io/veza/chat-server')).toMatchObject({
    tag: 'v1.0.0',
    digest: '',
    usedBy: expect.arrayContaining(['staging Deployment/veza-chat-server chat-server']),
  });
  expect(images.filter(({ tag, usedBy }) => tag === '' || usedBy.length === 0)).toStrictEqual([]);
});

test('prints a table that ends with how many have no digest', async () => {
  const { out } = await runCli(['images']);
  expect(out).toMatch(/ghcr\.io\/veza\/chat-server +│ v1\.0\.0 +│ none/);
  expect(out).toMatch(/\n\d+ images, \d+ without a digest\n$/);
});

test('stores digests and leaves the other images as they are', async () => {
  const { status, text, written } = await pin('# from the registry', '', `docker.io/library/redis:7.4.11@${digest}`);
  expect([status, text]).toStrictEqual([0, '1 digests in /images.json; run npx veza synth\n']);
  expect(written).toBe(list.replace('"digest": ""', `"digest": "${digest}"`));
});

test('an empty file stores nothing', async () => {
  expect(await pin()).toStrictEqual({
    status: 0,
    text: '0 digests in /images.json; run npx veza synth\n',
    written: list,
  });
});

test('reports every wrong line, and writes nothing', async () => {
  const { status, text, written } = await pin(
    `docker.io/library/redis:7.4.11@${digest}`,
    `docker.io/library/redis:7.4.11@${digest.replace('0', '1')}`,
    'docker.io/grafana/grafana:13.2.0',
    `docker.io/grafana/grafana:12.0.0@${digest}`,
    `docker.io/library/nginx:1.29@${digest}`,
  );
  expect([status, written]).toStrictEqual([1, list]);
  expect(text.trimEnd().split('\n')).toStrictEqual([
    'error: /pins:2: docker.io/library/redis:7.4.11 has a digest on line 1 already; keep one of them',
    'error: /pins:3: "docker.io/grafana/grafana:13.2.0": use image:tag@sha256: and 64 hexadecimal digits',
    'error: /pins:4: docker.io/grafana/grafana is listed with the tag 13.2.0, not 12.0.0; pin the digest of that tag',
    'error: /pins:5: docker.io/library/nginx is not in the image list; npx veza images shows what is in use',
  ]);
});

test('a project that installed the package has no list to write', async () => {
  const { status, err } = await runCli(['images', '--pin', 'pins']);
  expect([status, err]).toStrictEqual([
    2,
    'error: --pin: this project has no image list; the list is part of the package that it installs\n',
  ]);
});

test('a file that does not exist is a line', async () => {
  const imagesFile = join(folder, 'images.json');
  writeFileSync(imagesFile, list);
  const { status, err } = await runCli(['images', '--pin', join(folder, 'none')], undefined, {
    ...vezaProject,
    imagesFile,
  });
  expect([status, err]).toStrictEqual([
    2,
    expect.stringMatching(/^error: --pin: ENOENT: .*; name a file that exists\n$/),
  ]);
});
