import { containers } from '../support/subjects';
import { rule } from './rule';

/** What runs. */
export const images = [
  rule('M1', 'images have a fixed tag', containers, ({ container }) =>
    /:(?!latest$)[\w.-]+(@sha256:\w+)?$/.test(container.image),
  ),
  rule(
    'M3',
    'images are always pulled, so that credentials are checked',
    containers,
    ({ container }) => container.imagePullPolicy === 'Always',
  ),
  rule('M4', 'images name their registry', containers, ({ container }) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)+\//.test(container.image),
  ),
];
