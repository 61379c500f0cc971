import type { Manifest } from '../../../api/meta.ts';
import type { Deletion } from '../api.ts';
import { badRequest, notAllowed, qualified } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { placeOf as placeOfObject } from '../writer.ts';
import { json } from './answers.ts';
import { jsonIn, yamlIn } from './bodies.ts';
import { selectionOf } from './list-options.ts';
import type { Asked, HttpMeans } from './means.ts';
import { mediaParts } from './media.ts';
import { shownAs } from './reading.ts';
import type { Target } from './target.ts';
import { dryRunCauses, invalidOptions, unsupportedBody } from './write-options.ts';
import { placeOf } from './writing.ts';

/** Of these the deleted object is sent back, of all others a Status. */
const RETURNED = ['pods', 'services', 'serviceaccounts', 'podtemplates'];

const ORPHANED_JOB =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove ' +
  'them or set propagationPolicy=Orphan to suppress this warning';

type Wish = Deletion & { readonly dryRun?: boolean };

/** Answers a DELETE of one object. */
export function remove(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const shown = shownAs(means, asked, target);
  const wish = wishOf(asked);
  const { served } = target;
  const removed = means.deleter.delete(served, placeOf(target), wish);
  const isOrphaned = qualified(served.kind) === 'jobs.batch' && wish.propagation === undefined;
  const headers = isOrphaned ? { warning: `299 - ${JSON.stringify(ORPHANED_JOB)}` } : {};
  if (removed.kind === 'going' || RETURNED.includes(qualified(served.kind))) {
    return shown.one(200, removed.object, headers);
  }
  const { name, uid } = removed.object.metadata;
  const { group, resource } = served.kind;
  const details = { name, ...(group === '' ? {} : { group }), kind: resource, uid };
  return json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }, headers);
}

/** Answers a DELETE of a collection with what it held. */
export function removeAll(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  if (qualified(target.served.kind) === 'namespaces') throw notAllowed();
  const shown = shownAs(means, asked, target);
  const { selects } = selectionOf(asked.query, target.served, null);
  const wish = wishOf(asked);
  const objects: Manifest[] = [];
  for (const object of means.store.list(target.served.kind, target.namespace ?? undefined)) {
    if (!selects(object)) continue;
    means.deleter.delete(target.served, placeOfObject(object), wish);
    // Told is what was there.
    objects.push(object);
  }
  return shown.many(objects, { resourceVersion: String(means.store.version) });
}

/** Options of a deletion come as a body or as parameters; where there is a body, only that counts. */
function wishOf(asked: Asked): Wish {
  const { request, query } = asked;
  if (request.body !== null && request.body !== '') return optionsIn(asked);
  const causes = dryRunCauses(query);
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes);
  const grace = query.get('gracePeriodSeconds');
  return {
    ...policyOf(query.get('propagationPolicy') ?? orphanWord(query.get('orphanDependents'))),
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(query.getAll('dryRun').includes('All') ? { dryRun: true } : {}),
  };
}

interface Options {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

function optionsIn({ request }: Asked): Wish {
  const text = request.body ?? '';
  const [type] = mediaParts(request.headers['content-type'] ?? 'application/json');
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedBody();
  const value = type === 'application/json' ? jsonIn(text, 'DeleteOptions') : yamlIn(text);
  if (typeof value !== 'object' || value === null) throw badRequest('the options are no object');
  const options = value as Options;
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { gracePeriodSeconds, orphanDependents, dryRun = [] } = options;
  const causes = dryRunCauses(new URLSearchParams(dryRun.map((word) => ['dryRun', word])));
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes);
  if (options.propagationPolicy !== undefined && orphanDependents !== undefined) {
    const value = JSON.stringify(options.propagationPolicy);
    const message = `Invalid value: ${value}: orphanDependents and deletionPropagation cannot be both set`;
    throw invalidOptions('DeleteOptions', [
      { reason: 'FieldValueInvalid', field: 'propagationPolicy', message },
    ]);
  }
  return {
    ...policyOf(options.propagationPolicy ?? orphanWord(orphanDependents?.toString() ?? null)),
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(dryRun.includes('All') ? { dryRun: true } : {}),
  };
}

function orphanWord(flag: string | null): string | null {
  return flag === null ? null : flag === 'true' ? 'Orphan' : 'Background';
}

function policyOf(word: string | null): Pick<Deletion, 'propagation'> {
  switch (word) {
    case null:
    case '':
      return {};
    case 'Foreground':
    case 'Background':
    case 'Orphan':
      return { propagation: word };
    default: {
      const supported = '"Foreground", "Background", "Orphan", "nil"';
      const message = `Unsupported value: ${JSON.stringify(word)}: supported values: ${supported}`;
      const cause = { reason: 'FieldValueNotSupported', field: 'propagationPolicy', message };
      throw invalidOptions('DeleteOptions', [cause]);
    }
  }
}
