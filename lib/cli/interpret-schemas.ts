import { config } from 'zod';

/**
 * Schemas are read, not compiled to functions: those would be compiled anew in every run, while all other code is kept
 * compiled, and an environment is validated once or twice.
 */
config({ jitless: true });
