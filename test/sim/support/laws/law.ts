/** A law that does not hold, when, and in which words. */
export interface Broken {
  readonly law: Law;
  readonly atMs: number;
  readonly what: string;
}

/** What must hold of everything that is written, whoever writes it and whatever goes wrong. */
export const LAWS = {
  capacity: 'traffic never goes to more of a version than its pods can carry',
  outlive: 'pods never go while traffic needs them',
  promise: 'scaling down never leaves fewer pods available than the strategy promises',
  switched: 'users see only a version that can carry them and has passed all that comes before',
  unserved: 'users are always answered',
  abort: 'after an abort nothing raises the weight of the canary',
  verdicts: 'no version is promoted without every verdict that was asked for',
  judged: 'every measurement has the phase of its value, and every analysis that of its measurements',
  steps: 'no step is over before what it asks for is there',
  delay: 'pods that are kept for a while are kept for that while',
  surge: 'scaling up never makes more pods than the strategy allows',
  heard: 'what a person asks for is done, and what a person holds stands still',
  content: 'pods of a version always see the configuration that they were released with',
  asked: 'no pods of a version or from a template that nobody asked for',
  history: 'no version is thrown away that has pods or is stable',
  first: 'a decision is stored before anything is done by it',
  fenced: 'nobody takes back what somebody who knew more has done',
  claimed: 'who moves traffic or takes pods has claimed the other side',
  lease: 'nobody writes while another one leads',
  users: 'what belongs to the user is never changed',
  known: 'a controller never forgets what it has stored itself',
  told: 'nothing is told twice',
  left: 'what a rollout leaves behind is as its user made it',
  calm: 'what is stable is not written again',
  done: 'who has come to rest has left nothing undone',
  converges: 'when all is well again, every rollout comes to its end',
  plan: 'no plan is made that the laws refuse',
} as const;

/** The name of a law. */
export type Law = keyof typeof LAWS;

/** Laws that go by what the strategy says. */
export const STRATEGIC: readonly Law[] = [
  'promise',
  'outlive',
  'surge',
  'steps',
  'delay',
  'verdicts',
  'switched',
];
