/** How long things take in the demo. All whole numbers, and at least as long as the parts need to notice. */
export interface Pace {
  /** A pause between two weights. */
  readonly stepSeconds: number;
  /** From the start of an analysis to its first measurement, and from one to the next. */
  readonly firstMeasurementSeconds: number;
  readonly intervalSeconds: number;
  /** The stretch of time that a measurement looks at. */
  readonly windowSeconds: number;
  /** What slow pods take until they are ready. */
  readonly slowPodSeconds: number;
  /** How long new pods may take before the release is given up. */
  readonly deadlineSeconds: number;
  /** How long old pods stay after they are not needed any more. */
  readonly scaleDownSeconds: number;
  readonly scrapeMs: number;
  /** How long traffic runs before anything is released, and how long one looks on between two acts. */
  readonly lookSeconds: number;
}

/** The pace at a speed: 1 for people, more for the impatient. */
export function paceAt(speed: number): Pace {
  const seconds = (usual: number, least: number) => Math.max(least, Math.round(usual / speed));
  return {
    stepSeconds: seconds(8, 2),
    firstMeasurementSeconds: seconds(4, 1),
    intervalSeconds: seconds(2, 1),
    windowSeconds: seconds(6, 2),
    slowPodSeconds: seconds(5, 2),
    deadlineSeconds: seconds(12, 8),
    scaleDownSeconds: seconds(4, 1),
    scrapeMs: Math.max(250, Math.round(1000 / speed)),
    lookSeconds: seconds(3, 1),
  };
}
