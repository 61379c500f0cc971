import type { Topic } from '../case.ts';
import { apply } from './apply.ts';
import { builtins } from './builtins.ts';
import { controllers } from './controllers.ts';
import { crud } from './crud.ts';
import { definitions } from './definitions.ts';
import { deletions } from './deletions.ts';
import { discovery } from './discovery.ts';
import { kubectl } from './kubectl.ts';
import { limits } from './limits.ts';
import { lists } from './lists.ts';
import { metadata } from './metadata.ts';
import { namespaces } from './namespaces.ts';
import { options } from './options.ts';
import { ownKinds } from './own-kinds.ts';
import { patches } from './patches.ts';
import { pods } from './pods.ts';
import { subresources } from './subresources.ts';
import { tables } from './tables.ts';
import { versions } from './versions.ts';
import { watches } from './watches.ts';
import { workloads } from './workloads.ts';

/** All that is asked by request alone; what takes its time begins first. */
export const topics: readonly Topic[] = [
  workloads,
  controllers,
  definitions,
  crud,
  metadata,
  versions,
  subresources,
  patches,
  apply,
  options,
  ownKinds,
  builtins,
  lists,
  watches,
  deletions,
  namespaces,
  pods,
  limits,
  discovery,
  tables,
];

/** What is asked through kubectl, which needs a socket on the other side. */
export const kubectlTopics: readonly Topic[] = [kubectl];
