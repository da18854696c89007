import type { Previews } from '../../platform/preview';
import type { veza } from '../veza';
import { production } from './production';
import { staging } from './staging';

/** How the preview of a pull request is made: of staging, in its cluster, with a bucket and secrets of its own. */
export const previews: Previews<typeof veza> = {
  base: staging,
  domain: 'preview.veza.app',
  days: 7,
  apartFrom: [production],
  settings: { S3_BUCKET: 'veza-audio-files-previews' },
  secrets: { kind: 'values' },
};
