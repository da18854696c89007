import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../lib/lint/rules';
import { goldenOutputs } from '../cli/support/golden-outputs';
import { exportedMetricsFile } from '../lint/exported-metrics';
import { writeRuleDocumentation } from '../lint/rule-documentation';
import { environmentDocumentation, environmentDocumentationFile } from '../platform/environment-documentation';
import { project } from '../support/manifests';
import { kustomizations } from './support/kustomizations';

/** Writes the committed files that only tests and pipelines need to generate: a part of `npm run renew`. */
async function renew(): Promise<void> {
  const files = {
    ...kustomizations(),
    ...exportedMetricsFile(),
    'docs/lint.md': writeRuleDocumentation(rules),
    [environmentDocumentationFile]: environmentDocumentation(),
    ...(await goldenOutputs()),
  };
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(project, path), content);
    console.log(path);
  }
}

void renew();
