import { Redis, staging } from '@veza/manifests';
import { App, Chart } from 'cdk8s';

/** Redis alone, as the platform runs it, in a chart of your own. The namespace and the PriorityClass exist already. */
const namespaceScope = { namespace: 'shop', platform: 'shop', environment: 'production' };
const { cache } = staging;
if (cache.kind !== 'single') throw new Error('staging states a managed cache, which has no objects');

const app = new App();
new Redis(new Chart(app, 'redis'), 'redis', { namespaceScope, cache, priorityClassName: 'system-cluster-critical' });
app.synth();
