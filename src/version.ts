/** Put in by `npm run build`. */
declare const SLUICE_COMMIT: string | undefined;

/** Version of this build, as in package.json. */
export const VERSION = '0.1.0';

/** The commit that this was built from; empty where it runs from sources. */
export const COMMIT = typeof SLUICE_COMMIT === 'string' ? SLUICE_COMMIT : '';
