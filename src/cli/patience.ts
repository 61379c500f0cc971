/** A call of a person waits at most so long if they do not say: milliseconds. */
export const patienceMs = 30_000;
