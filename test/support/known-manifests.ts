import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../lib/platform/environment';
import { buildEnvironment, renderEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { behindGateway, gatewayOfKind, ingressIn } from './edges';
import { production } from './environments/production';
import { staging } from './environments/staging';
import { type Manifest, parseManifests } from './manifests';
import { operated } from './operated';

/** Files of the environments that tests know, as a synth of them writes `dist`. */
export const knownFiles: Readonly<Record<string, string>> = Object.assign(
  {},
  ...[staging, production].map((environment) => renderEnvironment(veza, environment).files),
);

/** The objects of each file. */
export const knownManifests: ReadonlyMap<string, readonly Manifest[]> = new Map(
  Object.entries(knownFiles).map(([name, text]) => [name, parseManifests(text)]),
);

const migration = { kind: 'job', service: 'backend-api', command: ['./migrate'], timeoutSeconds: 600 } as const;

/** Environments with kinds that neither of the two states: Gateways, a Prometheus of the cluster or none, a migration. */
export const otherEnvironments: readonly Environment<typeof veza>[] = [
  { ...behindGateway(staging, gatewayOfKind('envoy-gateway')), name: 'routed', namespace: 'veza-routed' },
  {
    ...production,
    edge: { ...ingressIn(production), className: 'traefik', controller: 'traefik', controllerNamespace: 'traefik' },
    deployment: { ...production.deployment, migration },
    monitoring: { kind: 'none' },
    logs: { kind: 'none' },
    name: 'unwatched',
    namespace: 'veza-unwatched',
  },
  { ...operated, edge: gatewayOfKind('nginx-gateway-fabric'), name: 'watched', namespace: 'veza-watched' },
];

/** Their objects, by the names of the files and in the order in which kubectl applies these. */
export const otherManifests: ReadonlyMap<string, readonly Manifest[]> = new Map(
  otherEnvironments
    .flatMap((environment) => Object.entries(buildEnvironment(veza, environment).files))
    .map(([name, objects]) => [`${name}.k8s.yaml`, objects as readonly Manifest[]] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
);

/** Makes a folder with these files in `dist`, and works there until the suite ends. */
export function enterKnownDist(): void {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'veza-dist-'));
  mkdirSync(join(folder, 'dist'));
  for (const [name, text] of Object.entries(knownFiles)) writeFileSync(join(folder, 'dist', name), text);
  process.chdir(folder);
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
}
