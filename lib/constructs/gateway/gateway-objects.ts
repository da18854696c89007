import { nameEdgeNamespace } from '../../platform/namespaces';
import type { NamespaceScope } from '../kubernetes/metadata';

const group = 'gateway.networking.k8s.io';

/** A Gateway by its name. */
export interface GatewayName {
  /** Its name, such as `veza`. */
  readonly name: string;
  /** Its namespace, such as `veza-staging-edge`. */
  readonly namespace: string;
}

/** The Gateway of an environment. */
export function nameGateway({ namespace, platform }: Pick<NamespaceScope, 'namespace' | 'platform'>): GatewayName {
  return { name: platform, namespace: nameEdgeNamespace(namespace) };
}

/** Name of the listener that redirects to HTTPS and lets the challenges of certificates in. */
export const plainListener = 'http';

/** Name of the listener of a public host; no subdomain makes it that of the plain one. */
export function nameHostListener(subdomain: string): string {
  return `https-${subdomain}`;
}

/** The Secret of the certificate of a public host. */
export function nameCertificateSecret(platform: string, subdomain: string): string {
  return `${platform}-${subdomain}-tls`;
}

/** What a route states about a listener that it is attached to. The API server would add what is not stated here too. */
export function makeListenerRef({ name, namespace }: GatewayName, sectionName: string): object {
  return { group, kind: 'Gateway', namespace, name, sectionName };
}

/** What a policy states about the object that it is for. */
export function makeTargetRef(kind: 'Gateway' | 'HTTPRoute', name: string): object {
  return { group, kind, name };
}

/** Matches every path. */
export const everyPath = { path: { type: 'PathPrefix', value: '/' } };
