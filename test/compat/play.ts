import { type Clock, sleep } from '../../src/shell/clock.ts';
import { asList, asObject, asText, dig, type Json, type JsonObject, mapTexts } from './json.ts';
import { secondsToWait, startUpMs } from './moments.ts';
import type { Place } from './place.ts';
import { type Done, toRecording } from './recorder.ts';
import type { Line, Recording } from './recording.ts';
import { applyAll, type Hands, type Outcome, patch, remove, replay, scale } from './requests.ts';
import { type Action, manifestsOf, objectName, type Scenario, type Wait } from './scenario.ts';
import { type Scripted, startScripted } from './scripted.ts';
import { Stage } from './stage.ts';
import { Symbols } from './symbols.ts';
import { unmet } from './waiting.ts';

/** How much longer than the scenario says is waited for ours to agree at the end: slower machines take longer. */
const mostSettlingSeconds = 8;

/** What is played, and when there is nothing more to wait for. */
export interface Piece {
  readonly scenario: Scenario;
  readonly original: Recording;
  /** Does our recording agree with the original's? */
  readonly agrees: (ours: Recording) => boolean;
}

/**
 * Plays a scenario in a namespace of its own and records what happens. What the plugin did is taken from the
 * original's recording, which also lends its symbols for hashes. A wait that times out ends the scenario:
 * what comes after it would mean something else.
 */
export async function play({ scenario, original, agrees }: Piece, place: Place): Promise<Recording> {
  const namespace = await place.namespace('compat');
  const scripted = await startScripted(scenario, place);
  for (const query of strangersQueries(original)) scripted.skip(query);
  const startMs = await wholeSecond(place.clock);
  const symbols = new Symbols({
    reference: new Map(
      Object.entries(original.hashes).map(([hash, about]) => [hash, asText(about['symbol'])]),
    ),
    severalRollouts: rolloutsIn(scenario) > 1,
    texts: new Map([
      [namespace, '<ns>'],
      [scripted.metricsUrl, '<metrics>'],
      // The original was recorded with one server for both, so its recordings know one name.
      [scripted.webUrl, '<metrics>'],
    ]),
    startMs,
  });
  const stage = new Stage(place, namespace, symbols);
  const playing = new Playing({ scenario, original, place, namespace, scripted, symbols, stage, startMs });
  try {
    await playing.run();
    return await playing.settle(agrees);
  } finally {
    stage.close();
    await scripted.stop();
  }
}

/** Times in objects are whole seconds: beginning at one puts them on the scale of the recording. */
async function wholeSecond(clock: Clock): Promise<number> {
  await sleep(clock, 1000 - (clock.now() % 1000));
  return Math.floor(clock.now() / 1000) * 1000;
}

/**
 * The queries that were answered before there was a run to ask them: all scenarios were recorded against
 * one metrics server, and a run of the scenario before was still asking. What it got, the runs of this
 * scenario did not get.
 */
function strangersQueries(original: Recording): readonly string[] {
  const isRun = (line: Line): boolean => line.kind === 'added' && line.object.startsWith('AnalysisRun/');
  const first = original.lines.find(isRun)?.t ?? 0;
  return original.served.flatMap((row) => {
    const [t, server, query] = asList(row);
    return server === 'metrics' && Number(t) < first - 0.05 ? [asText(query)] : [];
  });
}

function rolloutsIn(scenario: Scenario): number {
  const names = manifestsOf(scenario).map(objectName);
  return new Set(names.filter((name) => name.startsWith('Rollout/'))).size;
}

interface Parts {
  readonly scenario: Scenario;
  readonly original: Recording;
  readonly place: Place;
  readonly namespace: string;
  readonly scripted: Scripted;
  readonly symbols: Symbols;
  readonly stage: Stage;
  readonly startMs: number;
}

/** One playing of a scenario. */
class Playing {
  readonly #done: Done[] = [];
  readonly #parts: Parts;
  readonly #hands: Hands;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#hands = {
      api: parts.place.api,
      namespace: parts.namespace,
      reveal: (text) => this.#reveal(text),
    };
  }

  async run(): Promise<void> {
    const { scenario } = this.#parts;
    await this.#perform(
      0,
      { apply: scenario.given.map(objectName) },
      { kind: 'apply', manifests: scenario.given },
    );
    for (const [index, { source, action }] of scenario.steps.entries()) {
      const result = await this.#perform(index + 1, source, action);
      if (dig(result, 'waited') === 'TIMEOUT') return;
    }
  }

  /**
   * What happened until the end; or a little less or more where only that agrees, for where the original ended
   * between two whole seconds is chance. A scenario that stopped half-way does not wait.
   */
  async settle(agrees: (ours: Recording) => boolean): Promise<Recording> {
    const { scenario, place } = this.#parts;
    await sleep(place.clock, scenario.settleSeconds * 600);
    const early = this.#recording();
    await sleep(place.clock, scenario.settleSeconds * 400);
    const latest = place.clock.now() + mostSettlingSeconds * 1000;
    const ours = this.#recording();
    if (!ours.reached || agrees(ours)) return ours;
    if (agrees(early)) return early;
    while (place.clock.now() < latest) {
      await sleep(place.clock, 250);
      const late = this.#recording();
      if (agrees(late)) return late;
    }
    return ours;
  }

  #recording(): Recording {
    const { scenario, place, scripted, symbols, stage, startMs } = this.#parts;
    const isRecorded = (kind: string) => kind !== 'Pod' || scenario.watch.includes(kind);
    return toRecording(
      {
        scenario: scenario.name,
        about: scenario.about,
        startMs,
        done: this.#done,
        sightings: stage.sightings,
        served: scripted.served,
        kinds: new Set([...place.hub.kinds].filter(isRecorded)),
      },
      symbols,
    );
  }

  async #perform(step: number, source: JsonObject, action: Action): Promise<Json> {
    const at = this.#parts.place.clock.now();
    const slot = this.#done.push({ at, step, action: source, result: null }) - 1;
    const { result, written } = await this.#act(step, action);
    this.#done[slot] = { at, step, action: source, result };
    await this.#parts.stage.shows(written);
    return result;
  }

  async #act(step: number, action: Action): Promise<Outcome> {
    switch (action.kind) {
      case 'apply':
        return applyAll(this.#hands, action.manifests);
      case 'patch':
        return patch(this.#hands, action);
      case 'plugin':
        return this.#plugin(step);
      case 'scale':
        return scale(this.#hands, action.target, action.replicas);
      case 'delete':
        return remove(this.#hands, action.target, action.propagation);
      case 'metrics':
      case 'web':
        this.#parts.scripted.replace(action.kind, action.answers);
        return { result: {}, written: [] };
      case 'wait':
        return { result: await this.#wait(step, action), written: [] };
      default:
        return action satisfies never;
    }
  }

  /** The requests that the original's plugin made in this step, with their times moved to now. */
  async #plugin(step: number): Promise<Outcome> {
    const line = this.#parts.original.lines.find((one) => one.kind === 'action' && one.step === step);
    const result = line?.kind === 'action' ? asObject(line.result) : {};
    await sleep(this.#parts.place.clock, startUpMs(this.#parts.original, step));
    const outcomes: Outcome[] = [];
    const requests: Json[] = [];
    for (const request of asList(result['requests'])) {
      const moved = asObject(mapTexts(request, (text) => this.#moveTimes(text, line?.t ?? 0)));
      const outcome = await replay(this.#hands, moved);
      outcomes.push(outcome);
      requests.push({ ...moved, ...asObject(outcome.result) });
    }
    return {
      result: { exit: result['exit'] ?? 0, requests },
      written: outcomes.flatMap((outcome) => outcome.written),
    };
  }

  async #wait(
    step: number,
    { wait: asked, timeoutSeconds }: Action & { readonly kind: 'wait' },
  ): Promise<Json> {
    const { stage, symbols } = this.#parts;
    const { clock } = this.#parts.place;
    const began = clock.now();
    const wait = { ...asked, seconds: this.#seconds(step, asked, began) };
    const reveal = (text: string): string | null => symbols.reveal(this.#plainTexts(text));
    const look = (): readonly string[] => {
      const waited = (clock.now() - began) / 1000;
      return unmet(wait, { objects: stage.objects, events: stage.events, reveal, waited });
    };
    const limit = Math.max(timeoutSeconds, wait.seconds ?? 0);
    const reached = await stage.until(() => look().length === 0, { seconds: limit, after: wait.seconds });
    return reached ? { waited: 'ok' } : { waited: 'TIMEOUT', because: look() };
  }

  #seconds(step: number, { seconds }: Wait, now: number): number | null {
    if (seconds === null) return null;
    const { original, startMs } = this.#parts;
    return secondsToWait(original, { step, seconds, began: (now - startMs) / 1000 });
  }

  #plainTexts(text: string): string {
    const { namespace, scripted } = this.#parts;
    return text
      .replaceAll('<ns>', namespace)
      .replaceAll('<metrics>', scripted.metricsUrl)
      .replaceAll('<web>', scripted.webUrl)
      .replace(/<now([+-]\d+)>/g, (_, seconds: string) => this.#timeIn(Number(seconds)));
  }

  #reveal(text: string): string {
    const revealed = this.#parts.symbols.reveal(this.#plainTexts(text));
    if (revealed === null) throw new Error(`${text}: this hash has not appeared yet`);
    return revealed;
  }

  /** Puts times of the recording, in which `t` is when this happened, on the scale of now. */
  #moveTimes(text: string, t: number): string {
    return text.replace(/<t([+-]\d+)>/g, (_, seconds: string) =>
      this.#timeIn(Number(seconds) - Math.floor(t)),
    );
  }

  #timeIn(seconds: number): string {
    const { clock } = this.#parts.place;
    return new Date(clock.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}
