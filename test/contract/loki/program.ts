import { findProgram } from '../../cluster/bed/go.ts';

const PROGRAM = {
  source: import.meta.dirname,
  name: 'loki',
  path: 'github.com/grafana/loki/cmd/loki',
  linkerFlags: '-s -w',
};

/** Finds or builds Loki. Version 1.6 answers metric queries as later ones do; those take eight times as long. */
export function findLoki(): Promise<string> {
  return findProgram(PROGRAM, { files: ['go.mod', 'go.sum'], about: 'two to three minutes' });
}
