/** Hands out pod addresses, each to one pod at a time. */
export interface Addresses {
  take(): string;
  giveBack(address: string): void;
}

const PER_BLOCK = 250;
const PER_BED = PER_BLOCK * PER_BLOCK;

/**
 * Addresses 10.X.0.1 and on, X from 128 to 253 by `seed`, so that two beds in one network namespace seldom
 * meet. The longest unused is taken first: a client that still has an old address does not reach another pod
 * by it.
 */
export function podAddresses(seed: number): Addresses {
  const free: string[] = [];
  let next = 0;
  return {
    take: () => {
      const old = free.length > PER_BLOCK || next >= PER_BED ? free.shift() : undefined;
      return old ?? addressAt(128 + (seed % 126), next++);
    },
    giveBack: (address) => {
      free.push(address);
    },
  };
}

function addressAt(net: number, index: number): string {
  return `10.${net}.${Math.floor(index / PER_BLOCK) % PER_BLOCK}.${1 + (index % PER_BLOCK)}`;
}
