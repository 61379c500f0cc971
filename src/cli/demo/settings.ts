import type { ScenarioName } from './acts.ts';
import type { RouterName } from './names.ts';

/** What a user asks of the demo. */
export interface DemoSettings {
  readonly scenario: ScenarioName;
  readonly router: RouterName;
  /** Requests of users. */
  readonly perSecond: number;
  /** Decides what is left to chance. */
  readonly seed: string;
  /** Whether it goes on at the end. */
  readonly keep: boolean;
  /** How many times as fast as for people; 1 to 4. */
  readonly speed: number;
}
