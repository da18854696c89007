import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { writeTopologyPage } from '../../topology/topology';
import { production } from '../../veza/environments/production';
import { runCommand } from '../run-command';

/** Draws production as `npm run synth` wrote it; staging has the same shape. */
function diagram({ name, namespace }: { readonly name: string; readonly namespace: string }): void {
  const documents = parseAllDocuments(readFileSync(`dist/${name}.k8s.yaml`, 'utf8'));
  const objects = documents.map((document): unknown => document.toJSON());
  mkdirSync('docs', { recursive: true });
  writeFileSync('docs/topology.md', writeTopologyPage(name, namespace, objects));
  console.log('docs/topology.md');
}

void runCommand(() => diagram(production));
