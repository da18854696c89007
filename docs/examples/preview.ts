import { preview, production, runVeza, staging, veza } from '@veza/manifests';

/** A short-lived environment for a pull request, made from staging. */
const pullRequest = preview(staging, 'pr-123', {
  domain: 'preview.veza.app',
  expires: '2026-12-31',
  apartFrom: [production],
  settings: { S3_BUCKET: 'veza-audio-files-previews' },
});

runVeza({ platform: veza, environments: [pullRequest], cluster: 'none' });
