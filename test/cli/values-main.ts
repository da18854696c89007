import { runSynth } from '../../lib/cli/commands/synth';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';

/** A main of one's own: staging with the values of its secrets supplied. */
runSynth({ platform: veza, environments: [{ ...staging, secrets: { kind: 'values' } }], cluster: 'none' });
