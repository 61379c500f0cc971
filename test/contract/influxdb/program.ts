import { findProgram } from '../../cluster/bed/go.ts';

const PROGRAM = {
  source: import.meta.dirname,
  name: 'influxd',
  path: './influxd',
  linkerFlags: '-s -w',
};

/**
 * Finds or builds InfluxDB's server. Version 1.8 is the last that a Go module alone makes, and it answers Flux
 * as version 2 does; Debian's is 1.6, without Flux.
 */
export function findInfluxd(): Promise<string> {
  return findProgram(PROGRAM, { files: ['go.mod', 'go.sum', 'influxd/main.go'], about: 'about a minute' });
}
