import type { Resource } from '../../api/resources.ts';

/** Names one object of a resource, or with `name` left out all of them. No namespace means all namespaces. */
export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  /** `status`, `scale`, `eviction`, ... */
  readonly subresource?: string;
}

/** The request path below the server's address, each part escaped. */
export function pathOf(resource: Resource, place: Place): string {
  const parts =
    resource.group === '' ? ['api', resource.version] : ['apis', resource.group, resource.version];
  if (resource.namespaced && place.namespace !== undefined && place.namespace !== '') {
    parts.push('namespaces', place.namespace);
  }
  parts.push(resource.resource);
  if (place.name !== undefined) parts.push(place.name);
  if (place.subresource !== undefined) parts.push(place.subresource);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
