import { parseDuration } from '../../../api/duration.ts';
import type { Manifest } from '../../../api/meta.ts';
import { Refusal } from '../../refusal.ts';
import { type Fields, fieldsOf, listOf, specOf, textOf } from '../fields.ts';

/** A Canary of Flagger (`flagger.app/v1beta1`), with its defaults filled in. */
export interface Canary {
  readonly name: string;
  /** Undefined: that of the context in which it is applied. */
  readonly namespace: string | undefined;
  readonly provider: Provider;
  /** The name of the Deployment. */
  readonly target: string;
  readonly autoscaler: { readonly kind: string; readonly name: string } | null;
  /** The Ingress that users come through; empty: none. */
  readonly ingress: string;
  readonly route: string;
  readonly metricsServer: string;
  readonly progressDeadlineSeconds: number | null;
  readonly isSkipping: boolean;
  readonly service: CanaryService;
  readonly analysis: CanaryAnalysis;
  readonly raw: Fields;
}

/** Who splits traffic: one of those that a Rollout knows too, or another. */
export type Provider =
  | { readonly kind: 'kubernetes' | 'nginx' | 'gatewayapi' | 'istio'; readonly isGuess: boolean }
  | { readonly kind: 'other'; readonly name: string; readonly isGuess: boolean };

/** The Services that Flagger makes: the apex, which users know, and one with `-canary`. */
export interface CanaryService {
  readonly apex: string;
  readonly canary: string;
  readonly primary: string;
  readonly port: number;
  readonly raw: Fields;
}

/** How a version is judged. */
export interface CanaryAnalysis {
  readonly intervalMs: number;
  /** Failed checks that end it, at least 1. */
  readonly threshold: number;
  readonly iterations: number;
  readonly match: readonly Fields[];
  readonly mirror: { readonly percent: number } | null;
  readonly weights: readonly number[];
  readonly metrics: readonly Fields[];
  readonly webhooks: readonly Fields[];
  readonly alerts: readonly Fields[];
  readonly raw: Fields;
}

/** Flags of Flagger that its Canaries do not repeat. */
export interface FlaggerFlags {
  readonly meshProvider?: string;
  readonly metricsServer?: string;
}

/** Flagger asks no more often than this. */
const LEAST_INTERVAL_MS = 10_000;
const USUAL_INTERVAL_MS = 60_000;
/** More list members than this are no analysis. */
const MOST_MEMBERS = 100;

/** Reads a Canary. Throws a Refusal where it is none, or steers what no Rollout can steer. */
export function readCanary(manifest: Manifest, flags: FlaggerFlags): Canary {
  const { name, namespace } = manifest.metadata;
  const raw = specOf(manifest);
  const { kind = 'Deployment', name: target } = fieldsOf(raw['targetRef']);
  if (textOf(target) === '') throw new Refusal(`canary/${name}: spec.targetRef.name is missing`);
  if (kind !== 'Deployment')
    throw new Refusal(
      `canary/${name} steers a ${textOf(kind)}, and a Rollout takes the place of Deployments only; it stays with Flagger`,
    );
  const service = fieldsOf(raw['service']);
  const apex = textOf(service['name']) || textOf(target);
  const port = typeof service['port'] === 'number' ? service['port'] : 80;
  const provider = providerOf(raw, flags);
  return {
    name,
    namespace,
    provider,
    target: textOf(target),
    autoscaler: autoscalerOf(raw),
    ingress: textOf(fieldsOf(raw['ingressRef'])['name']),
    route: textOf(fieldsOf(raw['routeRef'])['name']),
    metricsServer: textOf(raw['metricsServer']) || (flags.metricsServer ?? ''),
    progressDeadlineSeconds: numberOf(raw['progressDeadlineSeconds']),
    isSkipping: raw['skipAnalysis'] === true || analysisFields(raw) === null,
    service: { apex, canary: `${apex}-canary`, primary: `${apex}-primary`, port, raw: service },
    analysis: analysisOf(analysisFields(raw) ?? {}, provider),
    raw,
  };
}

function autoscalerOf(raw: Fields): Canary['autoscaler'] {
  const { kind, name } = fieldsOf(raw['autoscalerRef']);
  return textOf(name) === '' ? null : { kind: textOf(kind) || 'HorizontalPodAutoscaler', name: textOf(name) };
}

function providerOf(raw: Fields, flags: FlaggerFlags): Provider {
  const said = textOf(raw['provider']) || (flags.meshProvider ?? '');
  if (said !== '') return { ...providerNamed(said), isGuess: false };
  const { gatewayRefs, gateways, hosts } = fieldsOf(raw['service']);
  const guess =
    raw['ingressRef'] !== undefined
      ? 'nginx'
      : gatewayRefs !== undefined
        ? 'gatewayapi'
        : gateways !== undefined || hosts !== undefined
          ? 'istio'
          : 'kubernetes';
  return { kind: guess, isGuess: true };
}

function providerNamed(
  name: string,
):
  | { readonly kind: 'kubernetes' | 'nginx' | 'gatewayapi' | 'istio' }
  | { readonly kind: 'other'; readonly name: string } {
  const [family = ''] = name.split(':');
  if (family === 'nginx' || family === 'istio' || family === 'kubernetes' || family === 'gatewayapi')
    return { kind: family };
  return family === 'none' ? { kind: 'kubernetes' } : { kind: 'other', name };
}

function analysisFields(raw: Fields): Fields | null {
  const fields = raw['analysis'] ?? raw['canaryAnalysis'];
  return fields === undefined || fields === null ? null : fieldsOf(fields);
}

function analysisOf(raw: Fields, provider: Provider): CanaryAnalysis {
  const asked = parseDuration(textOf(raw['interval'])) ?? USUAL_INTERVAL_MS;
  const isBlueGreenOnly = provider.kind === 'kubernetes';
  const iterations = numberOf(raw['iterations']) ?? 0;
  const match = isBlueGreenOnly ? [] : members(raw['match']);
  return {
    intervalMs: Math.max(LEAST_INTERVAL_MS, asked),
    threshold: Math.max(1, numberOf(raw['threshold']) ?? 1),
    // Without a router Flagger knows no other way, and makes it ten.
    iterations: isBlueGreenOnly && iterations < 1 ? 10 : iterations,
    match,
    mirror: raw['mirror'] === true ? { percent: numberOf(raw['mirrorWeight']) || 100 } : null,
    weights: weightsOf(raw),
    metrics: members(raw['metrics']),
    webhooks: members(raw['webhooks']),
    alerts: members(raw['alerts']),
    raw,
  };
}

/** The weights that Flagger goes through: listed, or one step after the other up to the highest. */
function weightsOf(raw: Fields): readonly number[] {
  const listed = Array.isArray(raw['stepWeights'])
    ? raw['stepWeights'].filter((weight): weight is number => typeof weight === 'number')
    : [];
  const step = numberOf(raw['stepWeight']) ?? 0;
  if (listed.length > 0 && step <= 0)
    return listed.slice(0, MOST_MEMBERS).map((weight) => Math.min(weight, 100));
  if (step <= 0) return [];
  const most = Math.min(100, numberOf(raw['maxWeight']) || 100);
  const count = Math.min(MOST_MEMBERS, Math.ceil(most / step));
  return Array.from({ length: count }, (_, i) => Math.min(100, step * (i + 1)));
}

function members(value: unknown): readonly Fields[] {
  return listOf(value).slice(0, MOST_MEMBERS);
}

/** The value where it is a number, else null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
