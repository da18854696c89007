import type { Controller } from './controller';

/** Any other controller: it is configured by its own objects, so it gets no annotations. */
export const plainController: Controller = {
  configure: () => ({ ingress: {}, service: {} }),
  gaps: ({ limits, maxBodySize }) => [
    `sizes (${maxBodySize}), timeouts, buffering${limits === 'none' ? '' : ', limits'} and the redirect to HTTPS are not ` +
      'set for a plain controller; configure it to',
  ],
};
