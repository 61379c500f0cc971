import { notAllowed } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { timestamp } from '../timestamp.ts';
import { json } from './answers.ts';
import { jsonIn } from './bodies.ts';
import type { Asked, HttpMeans } from './means.ts';

/** Resources that are questions: nothing is stored. */
export const reviews = [
  { group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' },
  { group: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' },
  { group: 'authentication.k8s.io', resource: 'selfsubjectreviews', kind: 'SelfSubjectReview' },
] as const;

/** Who asks when nobody says who. */
export const ADMIN = 'system:admin';

/** Answers who one is and what one may do: everything. Null for other paths. */
export function answerReview(means: HttpMeans, { request, parts }: Asked): ApiAnswer | null {
  const [apis, group, version, resource, more] = parts;
  if (apis !== 'apis' || version !== 'v1' || more !== undefined) return null;
  const review = reviews.find((one) => one.group === group && one.resource === resource);
  if (review === undefined) return null;
  if (request.method !== 'POST') throw notAllowed();
  const body = jsonIn(request.body ?? '', review.kind) as object;
  const head = { ...body, kind: review.kind, apiVersion: `${review.group}/v1` };
  switch (review.kind) {
    case 'SelfSubjectAccessReview':
      return json(201, { ...head, status: { allowed: true } });
    case 'SelfSubjectRulesReview': {
      const all = ['*'];
      const resourceRules = [{ verbs: all, apiGroups: all, resources: all }];
      const nonResourceRules = [{ verbs: all, nonResourceURLs: all }];
      return json(201, { ...head, status: { resourceRules, nonResourceRules, incomplete: false } });
    }
    case 'SelfSubjectReview': {
      const metadata = { creationTimestamp: timestamp(means.clock.now()) };
      const userInfo = {
        username: request.user ?? ADMIN,
        groups: ['system:masters', 'system:authenticated'],
      };
      return json(201, { ...head, metadata, status: { userInfo } });
    }
    default:
      return review satisfies never;
  }
}
