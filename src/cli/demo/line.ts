import type { Look } from '../../view/look.ts';

/** Who says or does something in the demo. */
export type Who = 'demo' | 'git' | 'sync' | 'sluice' | 'users' | 'testers' | 'slack' | 'you';

/** One thing that happened, for people. */
export interface Line {
  readonly who: Who;
  /** One line; may hold what others wrote. */
  readonly text: string;
  readonly look: Look | 'title' | 'dim' | null;
}
