import { resources } from '../../api/resources.ts';
import type { SecretArgument } from '../../core/analysis/resolve.ts';
import type { SecretRef, SecretValue } from '../../providers/provider.ts';
import type { Api } from '../kube/api.ts';
import { isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';

/** Values of arguments that are in Secrets, or all reasons why they cannot be had. */
export type SecretValues =
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'problem'; readonly reasons: readonly string[] };

/**
 * Reads Secrets for one pass over one run, each once. They are asked from the API server whenever something
 * is measured, so that a new password counts at once, and nothing of them stays in memory.
 */
export class Secrets {
  readonly #client: Pick<Api, 'get'>;
  readonly #namespace: string;
  readonly #objects = new Map<string, Promise<KubeObject>>();
  readonly #seen = new Set<string>();

  constructor(client: Pick<Api, 'get'>, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** All values that were read and are not public, to be hidden from status and messages. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  /** Values of arguments by their names. Throws a Failure where trying again may help. */
  async values(args: readonly SecretArgument[], signal: AbortSignal): Promise<SecretValues> {
    const values = new Map<string, string>();
    const reasons: string[] = [];
    const read = await Promise.all(args.map(({ ref }) => this.#read({ namespace: null, ...ref }, signal)));
    for (const [index, secret] of read.entries()) {
      if (secret.kind === 'error') reasons.push(secret.message);
      else values.set(args[index]?.name ?? '', secret.value);
    }
    return reasons.length > 0 ? { kind: 'problem', reasons } : { kind: 'values', values };
  }

  /** One key of one Secret, as providers ask for it. Never rejects. */
  async secret(ref: SecretRef, signal: AbortSignal): Promise<SecretValue> {
    try {
      return await this.#read(ref, signal);
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      return { kind: 'error', code: 'failed', message };
    }
  }

  async #read(ref: SecretRef, signal: AbortSignal): Promise<SecretValue> {
    try {
      const object = await this.#object(ref, signal);
      const data = 'data' in object ? (object.data as Readonly<Record<string, string>> | null) : null;
      const encoded = data !== null && Object.hasOwn(data, ref.key) ? data[ref.key] : undefined;
      if (encoded === undefined) {
        const message = `key '${ref.key}' does not exist in secret '${ref.name}'`;
        return { kind: 'error', code: 'no-key', message };
      }
      const value = Buffer.from(encoded, 'base64').toString('utf8');
      if (ref.isPublic !== true) this.#seen.add(value);
      return { kind: 'secret', value };
    } catch (failure) {
      // The original's words. What was not refused for good is tried again.
      if (isFailure(failure, 'missing'))
        return { kind: 'error', code: 'no-secret', message: `secrets "${ref.name}" not found` };
      if (isFailure(failure, 'forbidden', 'invalid'))
        return { kind: 'error', code: 'failed', message: failure.message };
      throw failure;
    }
  }

  #object({ namespace, name }: SecretRef, signal: AbortSignal): Promise<KubeObject> {
    const place = { namespace: namespace ?? this.#namespace, name };
    const key = `${place.namespace}/${name}`;
    const known =
      this.#objects.get(key) ?? this.#client.get<KubeObject>(resources.secrets, place, { signal });
    this.#objects.set(key, known);
    return known;
  }
}
