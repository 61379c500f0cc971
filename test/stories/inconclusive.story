# An analysis that cannot tell stops the release until a person decides
rollout web: 4 replicas, nginx, steps 20 / analysis unsure / 60 / pause 30s
traffic 50/s
at 0s   release 2 errors 20%
at 5m   promote
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
  5m00.0s    → promote
  5m00.0s    step 3/4: setWeight: 60
  5m00.7s    revision 2 has 3 pods
  5m00.7s    step 4/4: pause: 30s
  5m00.7s    weight of the new version: 20% → 60%
  5m00.7s  ॥ paused at step 4/4 for 30s
  5m30.4s    revision 2 has 4 pods
  5m30.4s  ✔ revision 2 is the stable version now
  5m30.4s  ✔ healthy: nothing is left to do
  6m00.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
21,916 requests, 1,252 failed
