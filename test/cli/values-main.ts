import { runVeza } from '../../lib/cli/program';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';

/** A main of one's own: staging with the values of its secrets supplied. */
runVeza({ platform: veza, environments: [{ ...staging, secrets: { kind: 'values' } }], cluster: 'none' });
