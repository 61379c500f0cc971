import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Api, conditionOf, refTo } from './api.ts';
import type { KubeObject, Manifest } from './client.ts';

/**
 * Applies manifests in the order of the paths; a folder stands for the YAML files in it (kustomization files
 * aside). CRDs and Namespaces go first, and it returns only when the CRDs are established.
 */
export async function install(api: Api, paths: readonly string[]): Promise<void> {
  const manifests = paths.flatMap(filesOf).flatMap(readManifests);
  const first = manifests.filter((m) => isCrd(m) || m.kind === 'Namespace');
  const rest = manifests.filter((m) => !first.includes(m));
  await Promise.all(first.map((manifest) => api.apply(manifest, 'bed')));
  const crds = first.filter(isCrd).map(refTo);
  await Promise.all(
    crds.map((ref) => api.until<KubeObject>(ref, (crd) => conditionOf(crd, 'Established') === 'True')),
  );
  for (const manifest of rest) await api.apply(manifest, 'bed');
}

/** The objects of a YAML file: several documents, and the members of `List` objects. */
export function readManifests(file: string): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    const value = document.toJS() as Manifest | null;
    if (value === null) return [];
    return value.kind === 'List' ? (value['items'] as readonly Manifest[]) : [value];
  });
}

function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) throw new Error(`test bed: ${path} does not exist`);
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter(
    (name) => /\.ya?ml$/.test(name) && !name.startsWith('kustomization.'),
  );
  return names.sort().map((name) => join(path, name));
}

function isCrd(manifest: Manifest): boolean {
  return manifest.kind === 'CustomResourceDefinition';
}
