import type { Computed } from './rows.ts';

/**
 * The samples with the greatest values (`topk`) or the smallest, best first; NaN is worse than any number. Of
 * equal values those that came first stay: Prometheus keeps a heap with the worst on top, and which of equal
 * ones is on top decides who goes, so there is such a heap here too.
 */
export function best(
  samples: readonly Computed[],
  { count, operator }: { readonly count: number; readonly operator: 'topk' | 'bottomk' },
): readonly Computed[] {
  if (count < 1) return [];
  const isWorse = operator === 'topk' ? less : more;
  const heap: Computed[] = [];
  for (const sample of samples) {
    const [top] = heap;
    if (heap.length < count) {
      heap.push(sample);
      rise(heap, isWorse);
    } else if (top !== undefined && isBetter(sample.value, top.value, operator)) {
      heap[0] = sample;
      sink(heap, isWorse);
    }
  }
  return heap.toSorted((a, b) => Number(isWorse(a, b)) - Number(isWorse(b, a)));
}

type Order = (a: Computed, b: Computed) => boolean;

function less(a: Computed, b: Computed): boolean {
  return Number.isNaN(a.value) || a.value < b.value;
}

function more(a: Computed, b: Computed): boolean {
  return Number.isNaN(a.value) || a.value > b.value;
}

function isBetter(value: number, top: number, operator: 'topk' | 'bottomk'): boolean {
  if (Number.isNaN(top) && !Number.isNaN(value)) return true;
  return operator === 'topk' ? top < value : top > value;
}

function rise(heap: Computed[], isWorse: Order): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!swapped(heap, [parent, at], isWorse)) return;
    at = parent;
  }
}

function sink(heap: Computed[], isWorse: Order): void {
  for (let at = 0; ; ) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) return;
    const child = right !== undefined && isWorse(right, left) ? 2 * at + 2 : 2 * at + 1;
    if (!swapped(heap, [at, child], isWorse)) return;
    at = child;
  }
}

/** Puts the worse of two on top; says whether it had to. */
function swapped(heap: Computed[], [parent, child]: readonly [number, number], isWorse: Order): boolean {
  const [above, below] = [heap[parent], heap[child]];
  if (above === undefined || below === undefined || !isWorse(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
