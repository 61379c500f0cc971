# A mistake in the spec stops everything until it is corrected
rollout web: 4 replicas, nginx, steps 20 / pause 1m / 60 / pause 1m
traffic 50/s
at 0s   release 2
at 30s  steps 120 / pause 1m
at 5m   steps 20 / pause 1m / 60 / pause 1m
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 1m
  0m30.0s    → steps 120 / pause 1m
  0m30.0s  ✖ stopped: the spec is invalid: spec.strategy.canary.steps[0].setWeight: Invalid value: 120: SetWeight needs to be between 0 and 100
  5m00.0s    → steps 20 / pause 1m / 60 / pause 1m
  5m00.0s    step 3/4: setWeight: 60
  5m00.7s    revision 2 has 3 pods
  5m00.7s    step 4/4: pause: 1m
  5m00.7s    weight of the new version: 20% → 60%
  5m00.7s  ॥ paused at step 4/4 for 1m
  6m00.4s    revision 2 has 4 pods
  6m00.4s  ✔ revision 2 is the stable version now
  6m00.4s  ✔ healthy: nothing is left to do
  6m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
23,394 requests, 0 failed
