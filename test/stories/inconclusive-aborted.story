# An analysis that cannot tell, and a person who does not believe in it
rollout web: 4 replicas, nginx, steps 20 / analysis unsure / 60 / pause 30s
traffic 50/s
at 0s   release 2 errors 20%
at 5m   abort
---
  0m00.0s    → release 2 errors 20%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: analysis
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m30.0s  ? analysis web-5f4d4f4d74-2-1: unsure = 0.16271 (unclear)
  0m30.0s  ? analysis web-5f4d4f4d74-2-1 (step 2): Inconclusive
            unsure was inconclusive in 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.05, bad is len(result) > 0 && result[0] > 0.5; measured 0.16271 (unclear) at 12:00:30 UTC
  0m30.0s  ॥ paused: analysis web-5f4d4f4d74-2-1 was inconclusive
  5m00.0s    → abort
  5m00.0s  ✖ rolled back: somebody aborted the update
  5m00.0s    weight of the new version: 20% → 0%
  5m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
20,479 requests, 601 failed
