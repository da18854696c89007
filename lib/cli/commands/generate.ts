import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { generatedFolders, writeDevelopmentFiles } from '../../development/development-files';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import { readSynthesizedFiles, writeFiles } from '../../synth/manifest-files';
import { type TopologySource, writeTopologyPage } from '../../topology/topology';
import { addExamples, createEnvironmentArgument, type VezaProject } from '../arguments';
import { print, type System } from '../system';

const topologyFile = 'docs/topology.md';
const developmentFolder = 'docker';

/** Adds `veza diagram` and `veza compose`: what is made from the same sources as the manifests. */
export function addGenerateCommands(program: Command, project: VezaProject, system: System): void {
  const diagram = program
    .command('diagram')
    .description(`Draw which workloads can connect to each other, in ${topologyFile}.`)
    .addArgument(createEnvironmentArgument(project))
    .action((environment: Environment) => writeDiagram(system, environment));
  addExamples(diagram, 'diagram production');

  const compose = program
    .command('compose')
    .description(`Write the development environment to ${developmentFolder}/.`)
    .action(() => writeCompose(system, project));
  addExamples(compose, 'compose');
}

function writeDiagram(system: System, environment: Environment): void {
  mkdirSync('docs', { recursive: true });
  writeFileSync(topologyFile, writeTopologyPage(environment.name, readTopologySources(environment)));
  print(system, topologyFile);
}

/** The files that make a namespace, each with everything in it. */
function readTopologySources(environment: Environment): TopologySource[] {
  return readSynthesizedFiles(environment).flatMap(({ path, objects }) => {
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    return namespaces.map(({ metadata }) => ({ file: basename(path), namespace: metadata.name, objects }));
  });
}

function writeCompose(system: System, { platform, development }: VezaProject): void {
  if (development === undefined) {
    throw new UsageError(`platform ${platform.name} has no development environment; hand one to runVeza in main.ts`);
  }
  const files = Object.entries(writeDevelopmentFiles(platform, development)).map(([path, content]) => ({
    path: join(developmentFolder, path),
    content,
    secret: false,
  }));
  const paths = files.map(({ path }) => path);
  writeFiles(
    files,
    listExistingFiles().filter((path) => !paths.includes(path)),
  );
  print(system, `${files.length} files in ${developmentFolder}`);
}

/** Files of the folders that hold nothing but generated files. */
function listExistingFiles(): string[] {
  return generatedFolders
    .map((name) => join(developmentFolder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
}
