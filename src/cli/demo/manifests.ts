import type { Files } from '../../sync/git/writer.ts';
import { APP, CHANNEL, PORT, type RouterName, type StrategyName } from './names.ts';
import type { Pace } from './pace.ts';
import { routesFor, servicesFor } from './routes.ts';

/** What differs from one commit to the next. */
export interface Release {
  /** The tag of the image. */
  readonly tag: string;
  /** How long a pod takes until it is ready. */
  readonly readyAfterSeconds: number;
}

/** What stays the same in a repository. */
export interface Setting {
  readonly router: RouterName;
  readonly strategy: StrategyName;
  readonly pace: Pace;
  /** Address of the Prometheus that the analysis asks. */
  readonly prometheus: string;
}

/** The tag of an image; empty where it has none. */
export function tagOf(image: string): string {
  return /:([^:/]+)$/.exec(image)?.[1] ?? '';
}

/** The files of a repository at a release, as a user of the API would write them. */
export function manifests(release: Release, setting: Setting): Files {
  return {
    'rollout.yaml': rollout(release, setting),
    'services.yaml': servicesFor(setting.strategy).map(service).join('---\n'),
    'analysis.yaml': analysis(setting),
    [setting.router === 'nginx' ? 'ingress.yaml' : 'httproute.yaml']: routesFor(
      setting.router,
      setting.strategy,
    ),
  };
}

function rollout({ tag, readyAfterSeconds }: Release, setting: Setting): string {
  const probe = readyAfterSeconds === 0 ? '' : PROBE.replace('SECONDS', `${readyAfterSeconds}`);
  return `# The tag of the image tells the demo's pods how to behave: 9 is fine, 9-errors-30 fails three
# requests of ten, 9-latency-400 takes 400 ms longer, 9-missing cannot be pulled, 9-crashes crashes.
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${APP}
  annotations:
    notifications.argoproj.io/subscribe.on-rollout-completed.slack: ${CHANNEL}
    notifications.argoproj.io/subscribe.on-rollout-aborted.slack: ${CHANNEL}
spec:
  replicas: 4
  progressDeadlineSeconds: ${setting.pace.deadlineSeconds}
  progressDeadlineAbort: true
  selector:
    matchLabels:
      app: ${APP}
  template:
    metadata:
      labels:
        app: ${APP}
    spec:
      containers:
        - name: ${APP}
          image: demo/${APP}:${tag}
          ports:
            - name: http
              containerPort: ${PORT}
${probe}${setting.strategy === 'canary' ? canary(setting) : blueGreen(setting)}`;
}

function blueGreen({ pace, prometheus }: Setting): string {
  const [active = '', preview = ''] = servicesFor('blueGreen');
  const looks = `        templates:
          - templateName: healthy-answers
        args:
          - name: pod-template-hash
            valueFrom:
              podTemplateHashValue: Latest
          - name: prometheus
            value: ${prometheus}
`;
  return `  strategy:
    blueGreen:
      activeService: ${active}
      previewService: ${preview}
      scaleDownDelaySeconds: ${pace.scaleDownSeconds}
      abortScaleDownDelaySeconds: ${pace.scaleDownSeconds}
      # Testers look at the preview, and this at what they get: a bad version never gets to users.
      prePromotionAnalysis:
${looks}      # And once more when all users are there; if it is bad then, they all go back.
      postPromotionAnalysis:
${looks}`;
}

function canary({ router, pace, prometheus }: Setting): string {
  const pause = `pause: {duration: ${pace.stepSeconds}s}`;
  return `  strategy:
    canary:
      stableService: ${APP}-stable
      canaryService: ${APP}-canary
      scaleDownDelaySeconds: ${pace.scaleDownSeconds}
      abortScaleDownDelaySeconds: ${pace.scaleDownSeconds}
      trafficRouting:
${ROUTINGS[router]}
      # In the background, as soon as the canary gets traffic: the first bad verdict ends the release.
      analysis:
        startingStep: 1
        templates:
          - templateName: healthy-answers
        args:
          - name: pod-template-hash
            valueFrom:
              podTemplateHashValue: Latest
          - name: prometheus
            value: ${prometheus}
      steps:
        - setWeight: 20
        - ${pause}
        - setWeight: 50
        - ${pause}
`;
}

const PROBE = `          readinessProbe:
            initialDelaySeconds: SECONDS
            httpGet:
              path: /healthz
              port: http
`;

const ROUTINGS: Readonly<Record<RouterName, string>> = {
  nginx: `        nginx:
          stableIngress: ${APP}`,
  gateway: `        plugins:
          argoproj-labs/gatewayAPI:
            httpRoute: ${APP}`,
};

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${APP}
  ports:
    - port: 80
      targetPort: http
`;
}

/** Before and behind a switch. */
const MEASUREMENTS = 3;

function analysis({ pace, strategy }: Setting): string {
  const { firstMeasurementSeconds, intervalSeconds, windowSeconds } = pace;
  // In the background of a canary it has no end of its own.
  const count = strategy === 'canary' ? '' : `count: ${MEASUREMENTS}\n      `;
  const timing = `${count}interval: ${intervalSeconds}s
      initialDelay: ${firstMeasurementSeconds}s
      failureLimit: 1
      inconclusiveLimit: 5
      consecutiveErrorLimit: 0`;
  const pods = 'rollouts_pod_template_hash="{{args.pod-template-hash}}"';
  const known = 'len(result) > 0 && !isNaN(result[0])';
  return `# Asks Prometheus about the pods of the new version alone. Two bad measurements end the release,
# and so does one that cannot be taken.
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: healthy-answers
spec:
  args:
    - name: pod-template-hash
    - name: prometheus
  metrics:
    - name: success-rate
      ${timing}
      successCondition: ${known} && result[0] >= 0.95
      failureCondition: ${known} && result[0] < 0.95
      provider:
        prometheus:
          address: "{{args.prometheus}}"
          query: |
            sum(rate(http_requests_total{${pods},code!~"5.."}[${windowSeconds}s]))
            /
            sum(rate(http_requests_total{${pods}}[${windowSeconds}s]))
    - name: latency-p95
      ${timing}
      successCondition: ${known} && result[0] <= 0.25
      failureCondition: ${known} && result[0] > 0.25
      provider:
        prometheus:
          address: "{{args.prometheus}}"
          query: |
            histogram_quantile(0.95, sum by (le) (
              rate(http_request_duration_seconds_bucket{${pods}}[${windowSeconds}s])
            ))
`;
}
