/** Something that a command will not do, in words for the user. Ends the program with exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
