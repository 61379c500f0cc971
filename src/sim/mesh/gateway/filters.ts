import { type Fields, fieldsOf, listOf, textOf } from '../../../routers/fields.ts';
import type { HeaderEdits, Mirror, ServicePortRef } from '../data-plane.ts';

/** What the filters of a rule or of a backend do, or the first that is not simulated. */
export type Filters =
  | {
      readonly kind: 'filters';
      readonly request: readonly HeaderEdits[];
      readonly response: readonly HeaderEdits[];
      readonly mirrors: readonly Mirror[];
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** Reads filters. `namespace`: where a reference without one leads. */
export function filtersOf(owner: Fields, namespace: string): Filters {
  const request: HeaderEdits[] = [];
  const response: HeaderEdits[] = [];
  const mirrors: Mirror[] = [];
  for (const filter of listOf(owner['filters']).map(fieldsOf)) {
    const type = textOf(filter['type']) ?? '';
    if (type === 'RequestHeaderModifier') request.push(editsOf(filter['requestHeaderModifier']));
    else if (type === 'ResponseHeaderModifier') response.push(editsOf(filter['responseHeaderModifier']));
    else if (type === 'RequestMirror') mirrors.push(mirrorOf(fieldsOf(filter['requestMirror']), namespace));
    else return { kind: 'unknown', why: `filter ${type}` };
  }
  return { kind: 'filters', request, response, mirrors };
}

/** The edits of a rule and then of its backend, as one. */
export function joined(edits: readonly HeaderEdits[]): HeaderEdits {
  return {
    remove: edits.flatMap(({ remove }) => remove),
    set: Object.assign({}, ...edits.map(({ set }) => set)),
    add: edits.flatMap(({ add }) => add),
  };
}

/** The Service that a reference names; null where it names something else, or no port. */
export function serviceRef(ref: Fields, namespace: string): ServicePortRef | null {
  const { group = '', kind = 'Service', port } = ref;
  const name = textOf(ref['name']);
  if (group !== '' || kind !== 'Service' || name === undefined || typeof port !== 'number') return null;
  return { namespace: textOf(ref['namespace']) ?? namespace, name, port };
}

function editsOf(modifier: unknown): HeaderEdits {
  const { set, add, remove } = fieldsOf(modifier);
  return {
    remove: listOf(remove).map((name) => String(name).toLowerCase()),
    set: Object.fromEntries(pairs(set)),
    add: pairs(add),
  };
}

function pairs(list: unknown): HeaderEdits['add'] {
  return listOf(list)
    .map(fieldsOf)
    .map(({ name, value }) => [(textOf(name) ?? '').toLowerCase(), textOf(value) ?? ''] as const);
}

function mirrorOf({ backendRef, percent, fraction }: Fields, namespace: string): Mirror {
  const service = serviceRef(fieldsOf(backendRef), namespace);
  const { numerator, denominator = 100 } = fieldsOf(fraction);
  const parts = typeof numerator === 'number' ? numerator / Math.max(Number(denominator), 1) : 1;
  const share = typeof percent === 'number' ? percent / 100 : parts;
  // A copy to nowhere is lost, which nobody notices.
  return { service: service ?? { namespace, name: '', port: null }, share: Math.min(Math.max(share, 0), 1) };
}
