import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../refusal.ts';

/** A temporary folder of this user alone, with places for what the demo writes. */
export interface Folder {
  readonly path: string;
  readonly repository: string;
  readonly kubeconfig: string;
  readonly log: string;
  /** Removes it with all that is in it. It also goes when the process ends in whatever way it can notice. */
  remove(): void;
}

/** Makes one. Throws a Refusal where the system's folder for temporary files cannot be written to. */
export function makeFolder(): Folder {
  const path = temporary();
  const repository = join(path, 'repository');
  mkdirSync(repository);
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.on('exit', remove);
  return {
    path,
    repository,
    kubeconfig: join(path, 'kubeconfig'),
    log: join(path, 'controller.log'),
    remove,
  };
}

function temporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(`no temporary folder can be made (TMPDIR says where): ${why}`);
  }
}
