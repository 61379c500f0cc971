/** Where a node stands: characters (code points) from the start of the source. */
interface Placed {
  readonly at: number;
}

/**
 * One node of a parsed expression. A node may have two parents: in `a < b < c` both comparisons share `b`.
 */
export type Node = Placed &
  (
    | { readonly kind: 'nil' }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'float'; readonly value: number }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'bytes'; readonly value: Uint8Array }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'pointer'; readonly name: string }
    | { readonly kind: 'unary'; readonly operator: string; readonly node: Node }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
    | { readonly kind: 'chain'; readonly node: Node }
    | MemberNode
    | { readonly kind: 'slice'; readonly node: Node; readonly from: Node | null; readonly to: Node | null }
    | { readonly kind: 'call'; readonly callee: Node; readonly args: readonly Node[] }
    | { readonly kind: 'builtin'; readonly name: string; readonly args: readonly Node[] }
    | { readonly kind: 'predicate'; readonly node: Node }
    | { readonly kind: 'let'; readonly name: string; readonly value: Node; readonly body: Node }
    | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
    | { readonly kind: 'conditional'; readonly test: Node; readonly whenTrue: Node; readonly whenFalse: Node }
    | { readonly kind: 'list'; readonly nodes: readonly Node[] }
    | { readonly kind: 'map'; readonly pairs: readonly Pair[] }
  );

/** `a.b` and `a[b]`: the property of the first is text. */
export interface MemberNode extends Placed {
  readonly kind: 'member';
  readonly node: Node;
  readonly property: Node;
  readonly optional: boolean;
  readonly method: boolean;
}

/** A key and a value of a map literal. */
export interface Pair {
  readonly key: Node;
  readonly value: Node;
}

/** The nodes right below a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'nil':
    case 'bool':
    case 'int':
    case 'float':
    case 'text':
    case 'bytes':
    case 'name':
    case 'pointer':
      return [];
    case 'unary':
    case 'chain':
    case 'predicate':
      return [node.node];
    case 'binary':
      return [node.left, node.right];
    case 'member':
      return [node.node, node.property];
    case 'slice':
      return [node.node, node.from, node.to].filter((part) => part !== null);
    case 'call':
      return [node.callee, ...node.args];
    case 'builtin':
      return node.args;
    case 'let':
      return [node.value, node.body];
    case 'sequence':
    case 'list':
      return node.nodes;
    case 'conditional':
      return [node.test, node.whenTrue, node.whenFalse];
    case 'map':
      return node.pairs.flatMap((pair) => [pair.key, pair.value]);
    default:
      return node satisfies never;
  }
}
