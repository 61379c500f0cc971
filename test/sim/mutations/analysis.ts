import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects in measurements and verdicts. */
export const ANALYSIS: readonly Mutation[] = [
  {
    name: 'failed measurements are put up with',
    file: 'core/analysis/assess.ts',
    find: 'failed > limits.failure)',
    replace: 'failed > limits.failure + 100)',
    law: 'judged',
    needs: NEEDS.judged,
  },
  {
    name: 'an error counts as a success',
    file: 'core/analysis/record.ts',
    find: "    case 'Error':\n      return { ...rest, error: (rest.error ?? 0) + 1, consecutiveError: consecutiveError + 1 };\n    case 'Successful':",
    replace: "    case 'Error':\n    case 'Successful':",
    law: 'judged',
    needs: NEEDS.judged,
  },
  {
    name: 'an inconclusive value counts as a success',
    file: 'core/analysis/judge.ts',
    find: "return { phase: succeeds ? 'Successful' : 'Inconclusive' };",
    replace: "return { phase: 'Successful' };",
    law: 'judged',
    needs: NEEDS.judged,
  },
  {
    name: 'a failure counts as a success',
    file: 'core/analysis/judge.ts',
    find: "if (fails) return { phase: 'Failed' };",
    replace: '',
    law: 'judged',
    needs: NEEDS.judged,
  },
  {
    name: 'an analysis ends after one measurement',
    file: 'core/analysis/assess.ts',
    find: '(result.count ?? 0) >= count)',
    replace: '(result.count ?? 0) >= 1)',
    law: 'judged',
    needs: NEEDS.judged,
  },
];
