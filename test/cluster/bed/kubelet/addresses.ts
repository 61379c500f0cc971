/** Hands out pod addresses, each to one pod at a time. */
export interface Addresses {
  take(): string;
  giveBack(address: string): void;
}

const PER_BLOCK = 250;
const BLOCKS = 100 * PER_BLOCK;

/** Addresses 10.128.0.1 and on. The longest unused is taken first, so that clients do not meet another pod at once. */
export function podAddresses(): Addresses {
  const free: string[] = [];
  let next = 0;
  return {
    take: () => {
      const old = free.length > PER_BLOCK || next >= BLOCKS ? free.shift() : undefined;
      return old ?? addressAt(next++);
    },
    giveBack: (address) => {
      free.push(address);
    },
  };
}

function addressAt(index: number): string {
  const block = Math.floor(index / PER_BLOCK);
  return `10.${128 + Math.floor(block / PER_BLOCK)}.${block % PER_BLOCK}.${1 + (index % PER_BLOCK)}`;
}
