/** Our field manager in server-side apply: everything that Git sets belongs to it. */
export const FIELD_MANAGER = 'sluice-sync';

/** On every object that was applied: which repository, branch, folder and namespace it comes from. */
export const SYNC_LABEL = 'sluice.dev/sync';

/** Annotation on what was applied: digest of the manifest, so that an equal one is not applied again. */
export const APPLIED = 'sluice.dev/applied';

/** Annotation of users: `disabled` keeps an object that is in Git no more. */
export const PRUNE = 'sluice.dev/prune';
