import type { Law } from './support/witness.ts';

/**
 * Lives of the 500 in which a law is broken and whose cause is not found yet: of the controller, of the
 * simulated world or of the law. Each is played and told of with the others, and must still break just these
 * laws: it leaves this list with its cause.
 */
export const OPEN: Readonly<Record<string, readonly Law[]>> = {
  '221': ['capacity'],
  '227': ['capacity'],
  '258': ['switched', 'capacity'],
  '336': ['calm'],
  '394': ['converges'],
  '445': ['converges'],
};
