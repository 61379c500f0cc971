import type { Manifest } from '../../../api/meta.ts';
import { Refusal } from '../../refusal.ts';
import type { Migration } from '../migration.ts';
import type { Given } from '../neighbours.ts';

/** Flags of Flagger that its Canaries do not repeat. */
export interface FlaggerFlags {
  readonly meshProvider?: string;
  readonly metricsServer?: string;
}

export function convert(canary: Manifest, _given: Given, _flags: FlaggerFlags): Migration {
  throw new Refusal(`canary/${canary.metadata.name}`);
}
