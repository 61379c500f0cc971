import type { Change, Note, Target } from '../plan.ts';
import { at, remove } from '../writes.ts';

/** The writes for what plugin steps want: Jobs to make, and Jobs whose pods must go before they do. */
export function jobChanges({ steps }: Target): readonly Change[] {
  return [
    ...steps.create.map((job): Change => {
      const notes = [note('StepJobCreated', `Created Job ${job.metadata.name}`)];
      return { ...at(job), verb: 'create', phase: 'runs', manifest: job, notes };
    }),
    ...steps.remove.map((job): Change => {
      const notes = [
        note('StepJobDeleted', `Deleted Job ${job.metadata.name}, which nothing waits for any more`),
      ];
      return { ...remove(job), phase: 'runs', isForeground: true, notes } as Change;
    }),
  ];
}

function note(reason: string, message: string): Note {
  return { type: 'Normal', reason, message };
}
