import { type FieldSet, NO_FIELDS } from './set.ts';

interface Node {
  isMember: boolean;
  readonly children: Map<string, Node>;
}

/** Puts a set of fields together, path by path. */
export class SetBuilder {
  private readonly root: Node = { isMember: false, children: new Map() };

  add(path: readonly string[]): void {
    let node = this.root;
    for (const key of path) {
      const known = node.children.get(key);
      const next: Node = known ?? { isMember: false, children: new Map() };
      if (known === undefined) node.children.set(key, next);
      node = next;
    }
    node.isMember = true;
  }

  /** What has been added so far; the builder must not be used any more. */
  done(): FieldSet {
    return this.root.isMember || this.root.children.size > 0 ? this.root : NO_FIELDS;
  }
}
