import type { ImplementationName } from '../../platform/settings/gateway';
import { envoyGateway } from './envoy-gateway';
import type { Implementation } from './implementation';
import { nginxGatewayFabric } from './nginx-gateway-fabric';
import { portable } from './portable';

/** The implementations of the Gateway API that are known, one file each. */
export const implementations = {
  'envoy-gateway': envoyGateway,
  'nginx-gateway-fabric': nginxGatewayFabric,
  portable,
} as const satisfies Readonly<Record<ImplementationName, Implementation>>;
