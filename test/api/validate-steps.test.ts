import { canaryWith, istioWith, nginxWith, row } from './rollouts.ts';

const CANARY = 'spec.strategy.canary';
const STEP = `${CANARY}.steps[0]`;

row(
  'each kind of step is accepted',
  istioWith(
    {
      steps: [
        { setWeight: 100 },
        { pause: {} },
        { pause: { duration: '1h' } },
        { pause: { duration: '30' } },
        { setCanaryScale: { matchTrafficWeight: true } },
        { analysis: {} },
        { plugin: { name: 'p' } },
        { setHeaderRoute: { name: 'h', match: [{ headerName: 'a', headerValue: { regex: 'b' } }] } },
        { setHeaderRoute: { name: 'h' } },
        { setMirrorRoute: { name: 'h', percentage: 5, match: [{ method: { exact: 'GET' } }] } },
      ],
    },
    { managedRoutes: [{ name: 'h' }] },
  ),
);
row(
  'weights end at maxTrafficWeight',
  nginxWith({
    steps: [{ setWeight: 1000 }, { setWeight: 1001 }],
    trafficRouting: { nginx: { stableIngress: 'w' }, maxTrafficWeight: 1000 },
  }),
  [`${CANARY}.steps[1].setWeight`, 'Invalid value: 1001: SetWeight needs to be between 0 and 1000'],
);
row(
  'every step is looked at',
  canaryWith({ steps: [{ setWeight: 101 }, {}, { pause: { duration: '-5s' } }] }),
  [`${STEP}.setWeight`, '101'],
  [`${CANARY}.steps[1]`, 'Step must have one'],
  [`${CANARY}.steps[2].pause.duration`, 'Invalid value: -5: Duration needs to be greater than 0'],
);
row(
  'setWeight and setCanaryScale may stand in one step',
  nginxWith({ steps: [{ setWeight: 5, setCanaryScale: { replicas: 1 } }] }),
);
row(
  'a header route needs a managed route of its name',
  istioWith({ steps: [{ setHeaderRoute: { name: 'x' } }] }, { managedRoutes: [{ name: 'h' }] }),
  [`${STEP}.setHeaderRoute.name`, 'Steps define a route that does not exist'],
);
row(
  'that there are no managed routes is told once',
  istioWith({ steps: [{ setHeaderRoute: { name: 'x' } }, { setMirrorRoute: { name: 'y' } }] }),
  [`${CANARY}.trafficRouting.managedRoutes`, 'Rollout has missing field'],
);
row('two things in one step', canaryWith({ steps: [{ setWeight: 5, pause: {}, analysis: {} }] }), [
  STEP,
  'Invalid value: "pause, setWeight, analysis": Step must have one of the following set',
]);
row(
  'a match says one thing',
  istioWith(
    {
      steps: [
        {
          setHeaderRoute: {
            name: 'h',
            match: [
              { headerName: 'a', headerValue: { exact: 'b', regex: 'c' } },
              { headerName: 'a', headerValue: {} },
            ],
          },
        },
      ],
    },
    { managedRoutes: [{ name: 'h' }] },
  ),
  [`${STEP}.setHeaderRoute.match[0].headerValue`, 'must have exactly one'],
  [`${STEP}.setHeaderRoute.match[1].headerValue`, 'missed'],
);
row(
  'ALB matches headers exactly',
  nginxWith({
    steps: [{ setHeaderRoute: { name: 'h', match: [{ headerName: 'a', headerValue: { prefix: 'b' } }] } }],
    trafficRouting: { alb: { ingress: 'i', servicePort: 80 }, managedRoutes: [{ name: 'h' }] },
  }),
  [`${STEP}.setHeaderRoute.match[0].headerValue`, "ALB supports 'exact' value only"],
);
row('NGINX cannot mirror', nginxWith({ steps: [{ setMirrorRoute: { name: 'm' } }] }), [
  `${STEP}.setMirrorRoute`,
  'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins',
]);
row(
  'a mirror takes up to all requests',
  istioWith(
    { steps: [{ setMirrorRoute: { name: 'h', percentage: 101, match: [{ headers: { 'x.y': {} } }] } }] },
    { managedRoutes: [{ name: 'h' }] },
  ),
  [`${STEP}.setMirrorRoute.match[0].headers["x.y"]`, 'missed'],
  [`${STEP}.setMirrorRoute.percentage`, 'between 0 and 100'],
);
row(
  'an experiment weight needs a router',
  canaryWith({
    steps: [{ experiment: { templates: [{ name: 'a', specRef: 'canary', weight: 5 }], duration: '5' } }],
  }),
  [`${STEP}.experiment.templates[0].weight`, 'cannot be set unless TrafficRouting is enabled'],
  [`${STEP}.experiment.duration`, 'must be a duration'],
);
