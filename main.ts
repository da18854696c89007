import { runSynth } from './lib/commands/synth';
import { cluster } from './lib/environments/cluster';
import { production } from './lib/environments/production';
import { staging } from './lib/environments/staging';
import { veza } from './lib/veza';

runSynth({ platform: veza, environments: [staging, production], cluster });
