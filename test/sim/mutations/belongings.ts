import type { Mutation } from './mutation.ts';

/** Defects in the care for what belongs to others, and to the history. */
export const BELONGINGS: readonly Mutation[] = [
  {
    name: "a user's annotations on the canary Ingress are dropped",
    file: 'routers/nginx/canary-ingress.ts',
    find: 'const annotations = annotationsOf(canary.metadata.annotations ?? {}, stable, purpose);',
    replace: 'const annotations = annotationsOf({}, stable, purpose);',
    law: 'users',
  },
  {
    name: 'other backends of an HTTPRoute lose their weights',
    file: 'routers/gateway/weights.ts',
    find: '    return item;\n',
    replace: '    return { ...ref, weight: 1 };\n',
    law: 'users',
  },
  {
    name: 'other rules of an HTTPRoute are lost',
    file: 'routers/gateway.ts',
    find: 'const rules = present.rules.map((rule) =>',
    replace: 'const rules = present.rules.slice(0, 1).map((rule) =>',
    law: 'users',
  },
  {
    name: 'a Service loses the selector of its user',
    file: 'core/changes.ts',
    find: 'spec: { selector: { [LABEL.podTemplateHash]: hash } } };',
    replace: 'spec: { selector: { [LABEL.podTemplateHash]: hash, app: null } } };',
    law: 'users',
  },
  {
    name: 'the history takes versions that have pods',
    file: 'core/rollout/history.ts',
    find: 'r.spec === 0 && r.replicas === 0 && r.adopted &&',
    replace: 'r.adopted &&',
    law: 'history',
  },
  {
    name: 'the history takes the stable version',
    file: 'core/rollout/history.ts',
    find: 'const old = [...release.older]',
    replace: 'const old = [...release.all]',
    law: 'history',
  },
  {
    name: 'a pod template loses fields',
    file: 'core/rollout/replicasets.ts',
    find: 'template: { ...template, metadata: { ...template.metadata, labels } },',
    replace:
      'template: { spec: { containers: [{ name: "app", image: template.spec?.containers?.[0]?.image }] }, metadata: { labels } },',
    law: 'asked',
  },
  {
    name: 'Services of a rollout that is gone keep its hash',
    file: 'core/release-service.ts',
    find: 'if (annotations?.[ANNOTATION.managedByRollouts] === undefined) return null;',
    replace: 'if (annotations?.[ANNOTATION.managedByRollouts] !== "") return null;',
    law: 'left',
  },
  {
    name: 'routes of a rollout that is gone are not handed back',
    file: 'shell/release-route.ts',
    find: 'if (isReleasable(standing, { owns: holder.owns, services })) released.push(holder);',
    replace: '',
    law: 'left',
  },
];
