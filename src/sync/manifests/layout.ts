import type { TreeFile } from '../source.ts';

/** A folder that a program turns into manifests. */
export interface Built {
  readonly by: 'kustomize' | 'helm';
  /** From the root of the repository; empty for the root. */
  readonly folder: string;
  /** The file that says so. */
  readonly file: string;
}

/** What the files of a folder are to us. */
export interface Layout {
  /** Files that hold manifests as they are. */
  readonly plain: readonly TreeFile[];
  readonly built: readonly Built[];
}

/**
 * Sorts the files below a folder: a folder with a kustomization or a chart is built as a whole, all YAML and
 * JSON elsewhere is taken as it is. Names that begin with a dot are left alone, as kubectl does.
 */
export function layoutOf(files: readonly TreeFile[], folder: string): Layout {
  const below = files.filter(({ path }) => !/(?:^|\/)\./.test(relativeTo(folder, path)));
  const marks = below.flatMap(({ path }): readonly Built[] => {
    const slash = path.lastIndexOf('/');
    const place = { folder: path.slice(0, Math.max(slash, 0)), file: path };
    const name = path.slice(slash + 1);
    if (/^(?:kustomization\.ya?ml|Kustomization)$/.test(name)) return [{ by: 'kustomize', ...place }];
    return name === 'Chart.yaml' ? [{ by: 'helm', ...place }] : [];
  });
  // A kustomization may use a chart in its own folder, and both may have more of their kind below them.
  const isBelow = (inner: string, outer: string) => outer === '' || inner.startsWith(`${outer}/`);
  const built = marks.filter(
    (mark) =>
      !marks.some(
        (other) =>
          (other.folder !== mark.folder && isBelow(mark.folder, other.folder)) ||
          (other.folder === mark.folder && mark.by === 'helm' && other.by === 'kustomize'),
      ),
  );
  const plain = below.filter(
    ({ path }) => /\.(?:ya?ml|json)$/.test(path) && !built.some((mark) => isBelow(path, mark.folder)),
  );
  return { plain, built };
}

function relativeTo(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}
