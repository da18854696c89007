import { runSynth } from './lib/cli/commands/synth';
import { cluster } from './lib/veza/environments/cluster';
import { environments } from './lib/veza/environments/environments';
import { veza } from './lib/veza/veza';

runSynth({
  platform: veza,
  environments,
  cluster,
  sourceFile: (name) => `lib/veza/environments/${name}.ts`,
});
