import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { analysisTemplateFiles } from './gen/analysis-templates.ts';
import { compatibilityFiles } from './gen/compatibility.ts';
import { crdFiles } from './gen/crds.ts';
import { readDocs } from './gen/docs.ts';
import { evidenceFiles } from './gen/evidence.ts';
import { lifecycleFiles } from './gen/lifecycle.ts';
import { policyFiles } from './gen/policy.ts';
import { rbacFiles } from './gen/rbac.ts';

/** A generated file: its path from the top of the checkout, and its text. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, '..');

/** Everything that `npm run gen` writes. */
export function generate(): readonly Generated[] {
  const api = join(ROOT, 'src/api');
  const sources = readdirSync(api)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readFileSync(join(api, name), 'utf8'));
  return [
    ...crdFiles(readDocs(sources)),
    ...rbacFiles(),
    ...lifecycleFiles(),
    ...policyFiles(),
    ...compatibilityFiles(),
    ...analysisTemplateFiles(),
    ...evidenceFiles(),
  ];
}

/** The generated files whose text on disk is another, or that are not there. */
export function stale(files: readonly Generated[]): readonly string[] {
  return files.filter((file) => read(file.path) !== file.text).map((file) => file.path);
}

function read(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return null;
  }
}

function main(): void {
  const files = generate();
  const old = stale(files);
  if (process.argv.includes('--check')) {
    for (const path of old) console.error(`${path} is stale: run \`npm run gen\` and commit the result`);
    process.exitCode = old.length > 0 ? 1 : 0;
    return;
  }
  for (const { path, text } of files.filter((file) => old.includes(file.path))) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.main) main();
