import { notAllowed, notFound, notServed } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { noSuchPath } from './answers.ts';
import { bind } from './binding.ts';
import { remove, removeAll } from './deleting.ts';
import { evict } from './evicting.ts';
import type { Asked, HttpMeans } from './means.ts';
import { read, readAll } from './reading.ts';
import { answerScale } from './scaling.ts';
import { type Target, targetOf } from './target.ts';
import { watch } from './watching.ts';
import { create, patch, placeOf, replace } from './writing.ts';

/** Answers what is asked of a resource: the verb is told by method and path. */
export function answerResource(means: HttpMeans, asked: Asked): ApiAnswer {
  const target = targetOf(means.catalog, asked.parts);
  if (target === null) return noSuchPath();
  if (target.subresource !== null) return answerPart(means, asked, target, target.subresource);
  if (target.name === null) return answerCollection(means, asked, target);
  switch (asked.request.method) {
    case 'GET':
      return target.isWatch ? watch(means, asked, target) : read(means, asked, target);
    case 'PUT':
      return replace(means, asked, target);
    case 'PATCH':
      return patch(means, asked, target);
    case 'DELETE':
      return remove(means, asked, target);
    default:
      throw notAllowed();
  }
}

function answerCollection(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  switch (asked.request.method) {
    case 'GET': {
      const flag = asked.query.get('watch');
      const isWatch = target.isWatch || flag === 'true' || flag === '1' || flag === '';
      return isWatch ? watch(means, asked, target) : readAll(means, asked, target);
    }
    case 'POST':
      if (target.namespace === null && target.served.kind.namespaced) throw notAllowed();
      return create(means, asked, target);
    case 'DELETE':
      return removeAll(means, asked, target);
    default:
      throw notAllowed();
  }
}

function answerPart(means: HttpMeans, asked: Asked, target: Target, part: string): ApiAnswer {
  const { method } = asked.request;
  const { resource } = target.served.kind;
  if (part === 'scale' && target.version.scale !== null) return answerScale(means, asked, target);
  if (part === 'status' && target.version.hasStatus) return answerStatus(means, asked, target);
  if (part === 'finalize' && resource === 'namespaces') {
    if (method === 'PUT') return replace(means, asked, target);
    throw notAllowed();
  }
  if (resource === 'pods' && part === 'eviction') return posted(method, () => evict(means, asked, target));
  if (resource === 'pods' && part === 'binding') return posted(method, () => bind(means, asked, target));
  const isPartOfPod = resource === 'pods' && POD_PARTS.includes(part);
  if (isPartOfPod && means.store.get(target.served.kind, placeOf(target)) === null) {
    throw notFound(target.served.kind, target.name ?? '');
  }
  if (target.served.origin === 'built-in') throw notServed();
  throw notFound(target.served.kind, target.name ?? '');
}

/** Parts of pods that are not simulated. */
const POD_PARTS = ['attach', 'ephemeralcontainers', 'exec', 'log', 'portforward', 'proxy'];

function posted(method: string, work: () => ApiAnswer): ApiAnswer {
  if (method !== 'POST') throw notAllowed();
  return work();
}

function answerStatus(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  switch (asked.request.method) {
    case 'GET':
      return read(means, asked, target);
    case 'PUT':
      return replace(means, asked, target);
    case 'PATCH':
      return patch(means, asked, target);
    default:
      throw notAllowed();
  }
}
