import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { project } from '../support/manifests';

test('a command continues when its output is no longer read', async () => {
  const child = spawn(process.execPath, [join(project, 'lib/cli/veza.js'), '--version'], { cwd: project });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [status] = await once(child, 'close');
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
});
