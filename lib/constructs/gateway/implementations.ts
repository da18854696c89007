import type { ImplementationName } from '../../platform/settings/edge';
import { envoyGateway } from './envoy-gateway';
import { type Implementation, portable } from './implementation';
import { nginxGatewayFabric } from './nginx-gateway-fabric';

/** The implementations of the Gateway API that are known, one file each. */
export const implementations = {
  'envoy-gateway': envoyGateway,
  'nginx-gateway-fabric': nginxGatewayFabric,
  portable,
} as const satisfies Readonly<Record<ImplementationName, Implementation>>;
