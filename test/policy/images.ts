import type { Container } from '../support/manifests';
import { containers } from '../support/subjects';
import { rule } from './rule';

/** What runs. */
export const images = [
  rule('M1', 'images have a fixed tag', containers, ({ container }) =>
    /:(?!latest$)[\w.-]+(@sha256:\w+)?$/.test(container.image),
  ),
  rule(
    'M3',
    'our own images are always pulled, so that credentials are checked',
    containers.filter(({ container }) => isOurs(container)),
    ({ container }) => container.imagePullPolicy === 'Always',
  ),
  rule(
    'M3p',
    'a public image is pulled once: a restart at night needs no registry',
    containers.filter(({ container }) => !isOurs(container)),
    ({ container }) => container.imagePullPolicy === 'IfNotPresent',
  ),
  rule('M4', 'images name their registry', containers, ({ container }) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)+\//.test(container.image),
  ),
];

function isOurs({ image }: Container): boolean {
  return image.startsWith('ghcr.io/veza/');
}
