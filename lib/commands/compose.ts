import { stringify } from 'yaml';
import { composeFile } from '../development/compose';
import { development } from '../development/development';
import { writeFiles } from '../output';
import { veza } from '../veza';
import { run } from './run';

const path = 'docker/compose.yaml';
// Read by version 1.1 of YAML too, to which a bare `yes` is no text.
const header =
  '# Written by `npm run compose` from the contracts of the services: change those. All passwords are public.\n';

/** Writes the development environment. */
function compose(): void {
  const content = header + stringify(composeFile(veza, development), { aliasDuplicateObjects: false, version: '1.1' });
  writeFiles([{ path, content, secret: false }], []);
  console.log(path);
}

run(compose);
