import type { ControllerName } from '../../platform/settings/edge';
import { type Controller, plainController } from './controller';
import { ingressNginx } from './ingress-nginx';
import { traefik } from './traefik';

/** The ingress controllers that are known, one file each. */
export const controllers = {
  'ingress-nginx': ingressNginx,
  traefik,
  plain: plainController,
} as const satisfies Readonly<Record<ControllerName, Controller>>;
