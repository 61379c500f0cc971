import { servingContainer } from '../../sim/kubelet/behaviour.ts';
import type { Misfortune } from '../../sim/kubelet/misfortune.ts';
import type { Pod } from '../../sim/kubelet/pod.ts';

/** What befalls a pod by the tag of its image, beyond what the application does by itself. */
export function misfortuneOf(pod: Pod): Misfortune {
  const image = servingContainer(pod).image ?? '';
  if (image.endsWith('-missing')) return { kind: 'unpullable' };
  if (image.endsWith('-crashes')) return { kind: 'crashes', afterMs: 1_000, exitCode: 1 };
  return { kind: 'none' };
}
