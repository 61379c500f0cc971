/** Hands out pod addresses, each to one pod at a time. */
export interface Addresses {
  take(): string;
  giveBack(address: string): void;
}

const PER_BLOCK = 250;
const PER_NETWORK = PER_BLOCK * PER_BLOCK;

/**
 * Addresses FIRST.X.0.1 and on, X from 128 to 253 by `seed`, so that two clusters on one machine seldom meet.
 * The longest unused is taken first: a client that still has an old address does not reach another pod by it.
 * `first`: 10 as in a cluster; 127 for addresses that are every Linux machine's own.
 */
export function podAddresses(seed: number, first: 10 | 127): Addresses {
  const free: string[] = [];
  let next = 0;
  return {
    take: () => {
      const old = free.length > PER_BLOCK || next >= PER_NETWORK ? free.shift() : undefined;
      return old ?? addressAt(`${first}.${128 + (seed % 126)}`, next++);
    },
    giveBack: (address) => {
      free.push(address);
    },
  };
}

function addressAt(network: string, index: number): string {
  return `${network}.${Math.floor(index / PER_BLOCK) % PER_BLOCK}.${1 + (index % PER_BLOCK)}`;
}
