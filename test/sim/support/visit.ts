import type { VirtualClock } from '../../../src/sim/clock.ts';
import type { Site } from '../../../src/sim/process.ts';
import type { StepReport } from '../../../src/sim/traffic/ledger.ts';
import { siteOf, startVisitors, type Visitors } from '../../../src/sim/visitors.ts';
import type { World } from '../../../src/sim/world.ts';
import { NAMESPACE, PROMETHEUS } from './applications.ts';
import type { App, Script } from './script.ts';

/**
 * Begins the requests of the users of a script, and serves the metrics that come of them. Null where nobody
 * asks for anything: who asks for nothing leaves no metrics.
 */
export function visit(
  world: World<VirtualClock>,
  script: Script,
  told: {
    readonly onStep: (report: StepReport) => void;
    /** Whether nobody can ask for metrics just now. */
    readonly isDown: () => boolean;
  },
): Visitors | null {
  const { clock, sites } = world;
  const loads = script.apps
    .filter(({ rate }) => rate > 0)
    .map(({ name, routing, rate }) => ({
      name,
      rate: { kind: 'constant' as const, perSecond: rate },
      request: { host: hostOf(name, routing), path: '/', method: 'GET', headers: {} },
    }));
  const visitors = loads.length === 0 ? null : startVisitors(world, { loads, onStep: told.onStep });
  const site = visitors === null ? NO_METRICS : siteOf(visitors.prometheus, () => clock.now());
  sites.set(PROMETHEUS, (request) => (told.isDown() ? null : site(request)));
  return visitors;
}

/** A Prometheus that knows nothing. */
const NO_METRICS: Site = () => {
  const body = { status: 'success', data: { resultType: 'vector', result: [] } };
  return { status: 200, body: JSON.stringify(body) };
};

/** Behind a router an application has a name of its own, else that of a Service. */
function hostOf(name: string, routing: App['routing']): string {
  if (routing === 'none') return `${name}-stable.${NAMESPACE}`;
  return `${name}.example.com`;
}
