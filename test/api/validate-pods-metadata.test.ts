import { canaryWith, rolloutWith, row } from './rollouts.ts';

/** Metadata that pods carry while their version plays a part: what no pod can have, and what selects them. */

const CANARY = 'spec.strategy.canary.canaryMetadata';
const STABLE = 'spec.strategy.canary.stableMetadata';

row(
  'labels and annotations of both parts',
  canaryWith({
    canaryMetadata: { labels: { role: 'canary' }, annotations: { note: 'any text, at all' } },
    stableMetadata: { labels: { 'example.com/role': '' } },
  }),
);
row('no metadata at all', canaryWith({ canaryMetadata: {} }));
row(
  'every mistake in every part',
  canaryWith({
    canaryMetadata: { labels: { role: 'not a value' } },
    stableMetadata: { labels: { 'not a key': 'x' }, annotations: { 'a/b/c': '' } },
  }),
  [`${CANARY}.labels`, 'a label value must be empty'],
  [`${STABLE}.labels`, 'a key must be a name'],
  [`${STABLE}.annotations`, 'a key must be a name'],
);
row('a label by which pods are selected', canaryWith({ canaryMetadata: { labels: { app: 'other' } } }), [
  `${CANARY}.labels.app`,
  'pods are selected by this label',
]);
row('unless it says what they say anyway', canaryWith({ canaryMetadata: { labels: { app: 'web' } } }));
row(
  'a label in an expression of the selector',
  rolloutWith({
    selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    strategy: { canary: { stableMetadata: { labels: { app: 'other' } } } },
  }),
  [`${STABLE}.labels.app`, 'pods are selected by this label'],
);
row(
  'the hash of the template',
  canaryWith({ stableMetadata: { labels: { 'rollouts-pod-template-hash': 'abc' } } }),
  [`${STABLE}.labels.rollouts-pod-template-hash`, 'pods are selected by this label'],
);
row(
  'preview and active',
  rolloutWith({
    strategy: {
      blueGreen: {
        activeService: 'web',
        previewMetadata: { labels: { app: 'x' } },
        activeMetadata: { labels: { app: 'y' } },
      },
    },
  }),
  ['spec.strategy.blueGreen.previewMetadata.labels.app', 'selected by this label'],
  ['spec.strategy.blueGreen.activeMetadata.labels.app', 'selected by this label'],
);
