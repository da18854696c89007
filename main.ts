import { runSynth } from './lib/commands/synth';
import { cluster } from './lib/environments/cluster';
import { environments } from './lib/environments/environments';
import { veza } from './lib/veza';

runSynth({ platform: veza, environments, cluster });
