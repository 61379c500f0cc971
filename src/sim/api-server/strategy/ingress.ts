import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { subdomainFaults } from '../names.ts';
import { required } from './numbers.ts';
import type { Strategy } from './strategy.ts';

interface Backend {
  readonly service?: object;
  readonly resource?: object;
}

interface IngressSpec {
  readonly defaultBackend?: Backend;
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths?: readonly Path[] };
  }[];
}

interface Path {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: Backend;
}

/** Ingresses: paths that can be served, and something to serve them. */
export const ingress: Strategy = {
  causes: (object): readonly Cause[] => {
    const spec = (object['spec'] ?? {}) as IngressSpec;
    const { defaultBackend, rules = [] } = spec;
    const isNothing = defaultBackend === undefined && rules.length === 0;
    return [
      ...(isNothing ? [invalid('spec', null, 'either `defaultBackend` or `rules` must be specified')] : []),
      ...(defaultBackend === undefined ? [] : backendCauses('spec.defaultBackend', defaultBackend)),
      ...rules.flatMap(({ host = '', http }, i) => [
        ...hostCauses(`spec.rules[${i}].host`, host),
        ...(http?.paths ?? []).flatMap((path, j) => pathCauses(`spec.rules[${i}].http.paths[${j}]`, path)),
      ]),
    ];
  },
};

function hostCauses(field: string, host: string): readonly Cause[] {
  if (host === '') return [];
  return subdomainFaults(host.replace(/^\*\./, '')).map((fault) => invalid(field, host, fault));
}

function pathCauses(field: string, { path = '', pathType, backend = {} }: Path): readonly Cause[] {
  const isOpen = pathType === 'ImplementationSpecific' && path === '';
  return [
    ...(pathType === undefined ? [required(`${field}.pathType`, 'pathType must be specified')] : []),
    ...(pathType === undefined || isOpen || path.startsWith('/')
      ? []
      : [invalid(`${field}.path`, path, 'must be an absolute path')]),
    ...backendCauses(`${field}.backend`, backend),
  ];
}

function backendCauses(field: string, { service, resource }: Backend): readonly Cause[] {
  if (service !== undefined || resource !== undefined) return [];
  return [invalid(field, '', 'resource or service backend is required')];
}
