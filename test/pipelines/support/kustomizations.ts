import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument, Scalar } from 'yaml';
import { nameServiceWorkload } from '../../../lib/platform/workload-names';
import { nameEnvironmentFiles } from '../../../lib/synth/environment-charts';
import { listEnvironmentSecrets } from '../../../lib/synth/environment-secrets';
import { environments } from '../../../lib/veza/environments/environments';
import { staging } from '../../../lib/veza/environments/staging';
import { veza } from '../../../lib/veza/veza';
import { project } from '../../support/manifests';

/** Files of `.github` with the lists in them that follow from contracts and environments, by their paths. */
export function kustomizations(): Record<string, string> {
  return {
    ...edited('.github/kube-score/kustomization.yaml', listManifests),
    ...edited('.github/kind/kustomization.yaml', (document) => {
      document.set('resources', document.createNode(nameEnvironmentFiles(staging).map(pathOf)));
      replaceServices(document);
      createSecrets(document);
    }),
  };
}

function edited(path: string, edit: (document: Document) => void): Record<string, string> {
  const document = parseDocument(readFileSync(join(project, path), 'utf8'));
  edit(document);
  return { [path]: document.toString({ lineWidth: 0, flowCollectionPadding: true }) };
}

/** kube-score reads every manifest, and knows of the services that their user is built into their images. */
function listManifests(document: Document): void {
  const names = ['cluster', ...environments.flatMap(nameEnvironmentFiles)];
  document.set('resources', document.createNode(names.map(pathOf).sort()));
  document.setIn(['patches', 0, 'target', 'name'], `${veza.name}-(${veza.services.map(({ name }) => name).join('|')})`);
  const clustered = environments.filter(({ database }) => database.kind === 'cluster');
  const namespaces = clustered.map(({ namespace }) => namespace).join('|') || 'none';
  document.setIn(['patches', postgresService, 'target', 'namespace'], namespaces);
}

/** Where the list of kube-score has the Service that leads to the pods of a database cluster. */
const postgresService = 6;

function pathOf(name: string): string {
  return `../../dist/${name}.k8s.yaml`;
}

/** In kind a replacement image listens on the port of each service. */
function replaceServices(document: Document): void {
  const images = veza.services.map(({ image: name }) => {
    const newTag = new Scalar('2.53');
    newTag.type = Scalar.QUOTE_SINGLE;
    const image = { name, newName: 'registry.k8s.io/e2e-test-images/agnhost', newTag };
    return document.createNode(image, { flow: true });
  });
  const patches = veza.services.map(({ name, portVariables }) => {
    const [variable] = Object.entries(portVariables).find(([, port]) => port === 'http') ?? [];
    const target = { kind: 'Deployment', name: nameServiceWorkload(veza.name, name) };
    const patch = new Scalar(
      [
        '- op: add',
        '  path: /spec/template/spec/containers/0/args',
        `  value: [netexec, --http-port=$(${variable})]\n`,
      ].join('\n'),
    );
    patch.type = Scalar.BLOCK_LITERAL;
    return document.createNode({ target: document.createNode(target, { flow: true }), patch });
  });
  document.set('images', document.createNode(images));
  document.set('patches', document.createNode(patches));
}

/** In kind the Secrets have values that open nothing, each another one. */
function createSecrets(document: Document): void {
  const secrets = listEnvironmentSecrets(veza, staging).map(({ namespaceScope, name, keys }) => ({
    name,
    namespace: namespaceScope.namespace,
    options: document.createNode({ disableNameSuffixHash: true }, { flow: true }),
    literals: [...keys].map((key) => `${key}=${key.endsWith('_URL') ? 'http://localhost/' : ''}${literalOf(key)}`),
  }));
  document.set('secretGenerator', document.createNode(secrets));
}

function literalOf(key: string): string {
  return `only-in-kind-as-${key.toLowerCase().replaceAll('_', '-')}`;
}
