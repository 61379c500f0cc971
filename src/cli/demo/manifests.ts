import type { Files } from '../../sync/git/writer.ts';
import type { Pace } from './pace.ts';

/** Which traffic router the demo shows. */
export type RouterName = 'nginx' | 'gateway';

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
  readonly pace: Pace;
  /** Address of the Prometheus that the analysis asks. */
  readonly prometheus: string;
}

/** The application, for which nearly everything is named. */
export const APP = 'shop';
/** Where the rollout and all that belongs to it live. */
export const NAMESPACE = 'default';
/** The host that users ask for. */
export const HOST = 'shop.example.com';
/** Port of the application in its pods. */
export const PORT = 8080;
/** The Slack channel that is told. */
export const CHANNEL = 'releases';

/** The tag of an image; empty where it has none. */
export function tagOf(image: string): string {
  return /:([^:/]+)$/.exec(image)?.[1] ?? '';
}

/** The files of a repository at a release, as a user of the API would write them. */
export function manifests(release: Release, setting: Setting): Files {
  return {
    'rollout.yaml': rollout(release, setting),
    'services.yaml': ['stable', 'canary'].map(service).join('---\n'),
    'analysis.yaml': analysis(setting),
    ...(setting.router === 'nginx' ? { 'ingress.yaml': INGRESS } : { 'httproute.yaml': HTTP_ROUTE }),
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
${probe}${strategy(setting)}`;
}

function strategy({ router, pace, prometheus }: Setting): string {
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

function service(role: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${APP}-${role}
spec:
  selector:
    app: ${APP}
  ports:
    - port: 80
      targetPort: http
`;
}

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${APP}
spec:
  ingressClassName: nginx
  rules:
    - host: ${HOST}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${APP}-stable
                port:
                  number: 80
`;

const HTTP_ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${APP}
spec:
  parentRefs:
    - name: gateway
  hostnames:
    - ${HOST}
  rules:
    - backendRefs:
        - name: ${APP}-stable
          port: 80
        - name: ${APP}-canary
          port: 80
`;

function analysis({ pace }: Setting): string {
  const { firstMeasurementSeconds, intervalSeconds, windowSeconds } = pace;
  const timing = `interval: ${intervalSeconds}s
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
