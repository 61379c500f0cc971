export { isSameJson, mergePatch } from '../routers/patch.ts';
