import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../support/manifests';
import { kustomizations } from './support/kustomizations';

/** Writes what `.github` lists of contracts and environments: a part of `npm run renew`. */
for (const [path, content] of Object.entries(kustomizations())) {
  writeFileSync(join(project, path), content);
  console.log(path);
}
