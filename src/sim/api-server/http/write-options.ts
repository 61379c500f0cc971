import { ApiError } from '../api.ts';
import { type Cause, invalid } from '../errors.ts';
import type { How } from '../writer.ts';
import type { Asked } from './means.ts';

/** How a write over HTTP is meant, and the warnings that it leads to. */
export interface Wish {
  readonly how: How;
  /** Headers for the answer; complete when the write is done. */
  readonly warnings: () => Readonly<Record<string, string>>;
  readonly warn: (message: string) => void;
}

/** Reads the parameters of a write; `options` is the kind that the real server calls them by. */
export function wishOf(
  asked: Asked,
  options: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  version: string,
): Wish {
  const { query } = asked;
  const fields = query.get('fieldValidation') ?? '';
  const causes = [...dryRunCauses(query), ...fieldCauses(fields), ...managerCauses(query)];
  if (causes.length > 0) throw invalidOptions(options, causes);
  const told: string[] = [];
  const warn = (message: string): void => {
    if (!told.includes(message)) told.push(message);
  };
  const how: How = {
    manager: query.get('fieldManager') ?? managerOf(asked),
    dryRun: query.getAll('dryRun').includes('All'),
    version,
    fields: fields === 'Strict' || fields === 'Ignore' ? fields : 'Warn',
    isPatch: options === 'PatchOptions',
    warn,
  };
  const warnings = (): Readonly<Record<string, string>> =>
    told.length === 0 ? {} : { warning: told.map((one) => `299 - ${JSON.stringify(one)}`).join(', ') };
  return { how, warnings, warn };
}

/** 422 about parameters. */
export function invalidOptions(kind: string, causes: readonly Cause[]): ApiError {
  const options = { group: 'meta.k8s.io', version: 'v1', resource: '', kind, namespaced: false };
  return invalid(options, '', causes);
}

/** What is wrong with `dryRun`. */
export function dryRunCauses(query: URLSearchParams): readonly Cause[] {
  const wishes = query.getAll('dryRun');
  if (wishes.every((wish) => wish === 'All')) return [];
  const message = `Unsupported value: ${JSON.stringify(wishes)}: supported values: "All"`;
  return [{ reason: 'FieldValueNotSupported', field: 'dryRun', message }];
}

function fieldCauses(fields: string): readonly Cause[] {
  if (['', 'Strict', 'Warn', 'Ignore'].includes(fields)) return [];
  const value = JSON.stringify(fields);
  const message = `Unsupported value: ${value}: supported values: "", "Ignore", "Strict", "Warn"`;
  return [{ reason: 'FieldValueNotSupported', field: 'fieldValidation', message }];
}

function managerCauses(query: URLSearchParams): readonly Cause[] {
  const manager = query.get('fieldManager') ?? '';
  if (manager.length <= 128) return [];
  const message = 'Too long: may not be more than 128 bytes';
  return [{ reason: 'FieldValueTooLong', field: 'fieldManager', message }];
}

/** Who does not say a name is called by the first word of its user agent. */
function managerOf({ request }: Asked): string {
  const agent = request.headers['user-agent'] ?? '';
  return agent.split('/')[0]?.slice(0, 128) || 'unknown';
}

/** Refuses a body that is neither JSON nor YAML. */
export function unsupportedBody(): ApiError {
  const message =
    'the body of the request was in an unknown format - accepted media types include: ' +
    'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return new ApiError(415, 'UnsupportedMediaType', message);
}
