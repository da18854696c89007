import { runVeza } from './lib/cli/program';
import { cluster } from './lib/veza/environments/cluster';
import { development } from './lib/veza/environments/development';
import { environments } from './lib/veza/environments/environments';
import { previews } from './lib/veza/environments/previews';
import { veza } from './lib/veza/veza';

runVeza({
  platform: veza,
  environments,
  cluster,
  development,
  previews,
  imagesFile: 'lib/constructs/image-list.json',
  sourceFile: (name) => `lib/veza/environments/${name}.ts`,
});
