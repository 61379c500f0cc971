import { Failure } from './failure.ts';
import type { RestClient } from './rest.ts';

/** What passes need of the API server. */
export type Api = Pick<RestClient, 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete'>;

/**
 * The same API server, but closed for writes while this process has no right to them: a leader that was
 * asleep for too long must not act on plans from before. Such a write throws a Failure `cancelled`.
 */
export function whileLeading(client: Api, isLeading: () => boolean): Api {
  const guarded = <Arguments extends readonly unknown[], Result>(
    write: (...args: Arguments) => Promise<Result>,
  ) => {
    return async (...args: Arguments): Promise<Result> => {
      if (isLeading()) return write(...args);
      throw new Failure('cancelled', 'kube: nothing is written while another controller may lead');
    };
  };
  return {
    get: client.get.bind(client),
    list: client.list.bind(client),
    create: guarded(client.create.bind(client)) as Api['create'],
    update: guarded(client.update.bind(client)) as Api['update'],
    patch: guarded(client.patch.bind(client)) as Api['patch'],
    delete: guarded(client.delete.bind(client)),
  };
}
