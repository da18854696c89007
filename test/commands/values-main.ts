import { runSynth } from '../../lib/commands/synth';
import { staging } from '../../lib/environments/staging';
import { veza } from '../../lib/veza';

/** A main of one's own: staging with the values of its secrets supplied. */
runSynth({ platform: veza, environments: [{ ...staging, secrets: { kind: 'values' } }], cluster: 'none' });
