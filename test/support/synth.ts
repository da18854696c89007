import { App, Chart, Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Manifest } from './manifests';

/** The objects that a construct makes. */
export function synthesized(build: (scope: Construct) => void): Manifest[] {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  build(chart);
  return chart.toJson();
}

/** The objects that a construct makes, as they are written to a file. */
export function yamlOf(build: (scope: Construct) => void): string {
  return Yaml.stringify(...synthesized(build));
}
