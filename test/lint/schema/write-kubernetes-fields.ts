import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../support/manifests';
import { type Definitions, kubernetesFields } from './kubernetes-fields';

/**
 * Renews `lib/lint/schema/kubernetes-fields.json`, for a maintainer who adds or drops a version of Kubernetes:
 * `npx ts-node test/lint/schema/write-kubernetes-fields.ts FILE...`, with a file `<...>1.<minor>.json` for each
 * version: `api/openapi-spec/swagger.json` of the branch `release-1.<minor>` of kubernetes/kubernetes.
 */
const versions = new Map(
  process.argv.slice(2).map((file): [number, Definitions] => {
    const minor = /1\.(\d+)\.json$/.exec(file)?.[1];
    if (minor === undefined) throw new Error(`${file}: expected a name that ends in 1.<minor>.json`);
    return [Number(minor), JSON.parse(readFileSync(file, 'utf8')).definitions];
  }),
);
const path = join(project, 'lib/lint/schema/kubernetes-fields.json');
writeFileSync(path, `${JSON.stringify(kubernetesFields(versions), null, 2)}\n`);
