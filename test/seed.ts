/**
 * Loaded before all tests: properties draw the same examples in every run, so that a red run means a change. Another
 * seed looks elsewhere: `SEED=$RANDOM npm test`.
 */
import * as fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_261_121) });
