import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import images from '../../lib/constructs/image-list.json';
import { findImage, type ThirdPartyImage } from '../../lib/constructs/images';
import { pinnedImage } from '../../lib/platform/settings/formats';
import { project } from '../support/manifests';

const names = Object.keys(images) as ThirdPartyImage[];

test.each(names)('%s is an image with a fixed tag', (name) => {
  expect(pinnedImage.safeParse(findImage(name)).success).toBe(true);
});

test('the list has the form that Renovate is configured to read', () => {
  const [{ matchStrings }] = JSON.parse(readFileSync(join(project, '.github/renovate.json'), 'utf8')).customManagers;
  const pattern = new RegExp(matchStrings[0], 'g');
  const text = readFileSync(join(project, 'lib/constructs/image-list.json'), 'utf8');
  const found = [...text.matchAll(pattern)].map(({ groups }) => `${groups?.depName}:${groups?.currentValue}`);
  expect(found).toStrictEqual(names.map((name) => `${images[name].image}:${images[name].tag}`));
});
