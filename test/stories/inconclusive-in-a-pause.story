# An analysis that cannot tell, in the middle of a timed pause: the pause does not end by itself
rollout web: 4 replicas, nginx, background unsure from step 2, steps 20 / pause 5m / 60 / pause 5m
traffic 50/s
at 0s   release 2 errors 20%
at 10m  promote
at 20m  abort
---
  0m00.0s    → release 2 errors 20%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 5m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 5m
  0m00.6s  ◌ analysis web-5f4d4f4d74-2 begins
  0m30.0s  ? analysis web-5f4d4f4d74-2: unsure = 0.16271 (unclear)
  0m30.0s  ? analysis web-5f4d4f4d74-2: Inconclusive
            unsure was inconclusive in 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.05, bad is len(result) > 0 && result[0] > 0.5; measured 0.16271 (unclear) at 12:00:30 UTC
  0m30.0s  ॥ paused: analysis web-5f4d4f4d74-2 was inconclusive
 10m00.0s    → promote
 10m00.0s    step 3/4: setWeight: 60
 10m00.0s  ◌ analysis web-5f4d4f4d74-2.1 begins
 10m00.7s    revision 2 has 3 pods
 10m00.7s    step 4/4: pause: 5m
 10m00.7s    weight of the new version: 20% → 60%
 10m00.7s  ॥ paused at step 4/4 for 5m
 10m30.0s  ? analysis web-5f4d4f4d74-2.1: unsure = 0.18841 (unclear)
 10m30.0s  ? analysis web-5f4d4f4d74-2.1: Inconclusive
            unsure was inconclusive in 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.05, bad is len(result) > 0 && result[0] > 0.5; measured 0.18841 (unclear) at 12:10:30 UTC
 10m30.0s  ॥ paused: analysis web-5f4d4f4d74-2.1 was inconclusive
 20m00.0s    → abort
 20m00.0s  ✖ rolled back: somebody aborted the update
 20m00.0s    weight of the new version: 60% → 0%
 20m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
65,118 requests, 4,742 failed
