import type { Manifest } from '../../api/meta.ts';
import type { Served } from './catalog.ts';
import { badRequest, qualified } from './errors.ts';

/** Says whether an object is selected. */
export type ObjectTest = (object: Manifest) => boolean;

/** Beside the name and the namespace: the fields that the real server can select by. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (field) => `involvedObject.${field}`,
    ),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.events.k8s.io': [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (field) => `regarding.${field}`,
    ),
    'reason',
    'reportingController',
    'type',
  ],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  services: ['spec.clusterIP', 'spec.type'],
  'jobs.batch': ['status.successful'],
};

/** Reads a field selector such as `spec.nodeName=a,status.phase!=Running`; null selects everything. */
export function fieldSelector(text: string | null, served: Served): ObjectTest | null {
  if (text === null || text === '') return null;
  const tests = text
    .split(/(?<!\\),/)
    .filter((term) => term !== '')
    .map((term) => termTest(text, term, served));
  return (object) => tests.every((test) => test(object));
}

function termTest(text: string, term: string, served: Served): ObjectTest {
  const [match, field = '', operator, raw = ''] = /^(.*?)(!=|==|=)(.*)$/.exec(term) ?? [];
  if (match === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
  if (!isKnown(field, served)) throw unknownField(field, served);
  if (/(?<!\\)=/.test(raw)) {
    throw badRequest(`invalid field selector: unescaped character in value: ${'='.charCodeAt(0)}`);
  }
  const wanted = raw.replace(/\\([\\,=])/g, '$1');
  const isEqual = operator !== '!=';
  return (object) => (textAt(object, field) === wanted) === isEqual;
}

/** Where there are no fields of its own, the real one says which there are. */
function unknownField(field: string, { kind, origin }: Served): Error {
  if (origin !== 'built-in' || FIELDS[qualified(kind)] !== undefined) {
    return badRequest(`field label not supported: ${field}`);
  }
  const known = '"metadata.name", "metadata.namespace"';
  return badRequest(`${JSON.stringify(field)} is not a known field selector: only ${known}`);
}

function isKnown(field: string, served: Served): boolean {
  if (field === 'metadata.name') return true;
  if (field === 'metadata.namespace') return true;
  return (FIELDS[qualified(served.kind)] ?? []).includes(field);
}

/** Fields are compared as text; what is not there is empty. */
function textAt(object: Manifest, field: string): string {
  if (field === 'source') return textAt(object, 'source.component') || textAt(object, 'reportingComponent');
  if (field === 'status.successful') return textAt(object, 'status.succeeded') || '0';
  let value: unknown = object;
  for (const part of field.split('.')) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  const isFlag = field === 'spec.hostNetwork' || field === 'spec.unschedulable';
  if (isFlag) return value === true ? 'true' : 'false';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return '';
}
