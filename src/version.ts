/** Version of this build, as in package.json; `npm run build` puts the commit beside it. */
export const VERSION = '0.1.0';
