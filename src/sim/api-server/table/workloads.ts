import type { LabelSelector, Manifest } from '../../../api/meta.ts';
import { selectorText } from '../../../api/selector.ts';
import type { Pod } from '../../../api/workload.ts';
import { parseInstant } from '../../../core/time.ts';
import { podView } from '../../../view/pod.ts';
import { age, humanDuration } from './age.ts';
import { at, type ColumnSpec, type ColumnTable, count, labelsText, list, shown, WIDE, word } from './spec.ts';
import type { Cell } from './table.ts';

const integer = { type: 'integer' } as const;

const containers: ColumnSpec = ['Containers', (object) => joined(object, 'name'), WIDE];
const images: ColumnSpec = ['Images', (object) => joined(object, 'image'), WIDE];
const selector: ColumnSpec = [
  'Selector',
  (object) => selectorText(at(object, 'spec', 'selector') as LabelSelector | undefined) || '<none>',
  WIDE,
];

/** Pods and what makes them, column by column as in kube-apiserver 1.35. */
export const workloadColumns: ColumnTable = {
  pods: [
    'name',
    ['Ready', (object) => `${view(object).ready}/${view(object).containers}`],
    ['Status', (object) => (isGated(object) ? 'SchedulingGated' : view(object).status)],
    ['Restarts', restarts],
    'age',
    ['IP', (object) => word(object, 'status', 'podIP') || '<none>', WIDE],
    ['Node', (object) => word(object, 'spec', 'nodeName') || '<none>', WIDE],
    ['Nominated Node', (object) => word(object, 'status', 'nominatedNodeName') || '<none>', WIDE],
    ['Readiness Gates', gates, WIDE],
  ],
  podtemplates: [
    'name',
    ['Containers', (object) => joined({ spec: object }, 'name')],
    ['Images', (object) => joined({ spec: object }, 'image')],
    ['Pod Labels', (object) => labelsText(at(object, 'template', 'metadata', 'labels'))],
  ],
  'deployments.apps': [
    'name',
    ['Ready', (object) => `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`],
    ['Up-to-date', (object) => count(object, 'status', 'updatedReplicas')],
    ['Available', (object) => count(object, 'status', 'availableReplicas')],
    'age',
    containers,
    images,
    selector,
  ],
  'replicasets.apps': [
    'name',
    ['Desired', (object) => count(object, 'spec', 'replicas'), integer],
    ['Current', (object) => count(object, 'status', 'replicas'), integer],
    ['Ready', (object) => count(object, 'status', 'readyReplicas'), integer],
    'age',
    containers,
    images,
    selector,
  ],
  'statefulsets.apps': [
    'name',
    ['Ready', (object) => `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`],
    'age',
    containers,
    images,
  ],
  'jobs.batch': [
    'name',
    ['Status', jobStatus],
    ['Completions', completions],
    ['Duration', duration],
    'age',
    containers,
    images,
    selector,
  ],
  'horizontalpodautoscalers.autoscaling': [
    'name',
    ['Reference', reference],
    ['Targets', targets],
    ['MinPods', (object) => shown('<unset>', object, 'spec', 'minReplicas')],
    ['MaxPods', (object) => count(object, 'spec', 'maxReplicas')],
    ['Replicas', (object) => count(object, 'status', 'currentReplicas')],
    'age',
  ],
  'poddisruptionbudgets.policy': [
    'name',
    ['Min Available', (object) => shown('N/A', object, 'spec', 'minAvailable')],
    ['Max Unavailable', (object) => shown('N/A', object, 'spec', 'maxUnavailable')],
    ['Allowed Disruptions', (object) => count(object, 'status', 'disruptionsAllowed'), integer],
    'age',
  ],
};

function view(object: Manifest): ReturnType<typeof podView> {
  return podView(object as unknown as Pod);
}

/** Something is to happen before a node is looked for. */
function isGated(object: Manifest): boolean {
  return list(object, 'spec', 'schedulingGates').length > 0 && at(object, 'spec', 'nodeName') === undefined;
}

function restarts(object: Manifest, now: number): Cell {
  const statuses = list(object, 'status', 'containerStatuses');
  const ends = statuses
    .map((status) => parseInstant(word(status, 'lastState', 'terminated', 'finishedAt')))
    .filter((moment) => moment !== null);
  const { restarts: times } = view(object);
  if (times === 0 || ends.length === 0) return String(times);
  return `${times} (${humanDuration(now - Math.max(...ends))} ago)`;
}

function gates(object: Manifest): Cell {
  const wanted = list(object, 'spec', 'readinessGates');
  if (wanted.length === 0) return '<none>';
  const conditions = list(object, 'status', 'conditions');
  const open = wanted.filter((gate) =>
    conditions.some(
      (condition) =>
        word(condition, 'type') === word(gate, 'conditionType') && word(condition, 'status') === 'True',
    ),
  );
  return `${open.length}/${wanted.length}`;
}

function joined(object: unknown, field: string): string {
  return list(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => word(container, field))
    .join(',');
}

function jobStatus(object: Manifest): Cell {
  const holds = (type: string): boolean =>
    list(object, 'status', 'conditions').some(
      (condition) => word(condition, 'type') === type && word(condition, 'status') === 'True',
    );
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completions(object: Manifest): Cell {
  const done = count(object, 'status', 'succeeded');
  const wanted = at(object, 'spec', 'completions');
  if (typeof wanted === 'number') return `${done}/${wanted}`;
  const parallelism = count(object, 'spec', 'parallelism');
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function duration(object: Manifest, now: number): Cell {
  const start = parseInstant(word(object, 'status', 'startTime'));
  if (start === null) return '';
  const end = parseInstant(word(object, 'status', 'completionTime'));
  return end === null ? age(word(object, 'status', 'startTime'), now) : humanDuration(end - start);
}

function reference(object: Manifest): Cell {
  return `${word(object, 'spec', 'scaleTargetRef', 'kind')}/${word(object, 'spec', 'scaleTargetRef', 'name')}`;
}

function targets(object: Manifest): Cell {
  const current = list(object, 'status', 'currentMetrics');
  const texts = list(object, 'spec', 'metrics').map((metric, i) => {
    const name = word(metric, 'resource', 'name');
    const wanted = at(metric, 'resource', 'target', 'averageUtilization');
    const seen = at(current[i], 'resource', 'current', 'averageUtilization');
    if (typeof wanted !== 'number') return '<unknown>';
    return `${name}: ${typeof seen === 'number' ? `${seen}%` : '<unknown>'}/${wanted}%`;
  });
  if (texts.length === 0) return '<none>';
  return texts.length > 2
    ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...`
    : texts.join(', ');
}
