import type { RestClient } from '../shell/kube/rest.ts';

/** The calls that a sync makes. */
export type Api = Pick<RestClient, 'delete' | 'get' | 'getPath' | 'list' | 'patch'>;
