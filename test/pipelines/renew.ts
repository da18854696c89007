import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeRuleDocumentation } from '../../lib/lint/documentation';
import { rules } from '../../lib/lint/rules';
import { exportedMetricsFile } from '../lint/exported-metrics';
import { project } from '../support/manifests';
import { kustomizations } from './support/kustomizations';

const files = { ...kustomizations(), ...exportedMetricsFile(), 'docs/lint.md': writeRuleDocumentation(rules) };

/** Writes the committed files that only tests and pipelines need to generate: a part of `npm run renew`. */
for (const [path, content] of Object.entries(files)) {
  writeFileSync(join(project, path), content);
  console.log(path);
}
