# Two Services that take turns: no selector under traffic changes, and no request is lost at the turn
rollout web: 4 replicas, gateway, ping-pong, steps 50 / pause 30s
traffic 50/s
at 0s   release 2
at 2m   release 3
at 4m   release 4
at 4m10s abort
at 6m   release 5
at 6m10s promote full
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 30s
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 30s
  0m30.7s    revision 2 has 4 pods
  0m30.7s  ✔ revision 2 is the stable version now
  0m30.7s  ✔ healthy: nothing is left to do
  1m00.0s    revision 1 has no pods
  2m00.0s    → release 3
  2m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:3
  2m00.0s    step 1/2: setWeight: 50
  2m00.9s    revision 3 has 2 pods
  2m00.9s    step 2/2: pause: 30s
  2m00.9s    weight of the new version: 0% → 50%
  2m00.9s  ॥ paused at step 2/2 for 30s
  2m30.5s    revision 3 has 4 pods
  2m30.5s  ✔ revision 3 is the stable version now
  2m30.5s  ✔ healthy: nothing is left to do
  3m00.0s    revision 2 has no pods
  4m00.0s    → release 4
  4m00.0s  ◌ revision 4 is released: demo/web:3 → demo/web:4
  4m00.0s    step 1/2: setWeight: 50
  4m00.6s    revision 4 has 2 pods
  4m00.6s    step 2/2: pause: 30s
  4m00.6s    weight of the new version: 0% → 50%
  4m00.6s  ॥ paused at step 2/2 for 30s
  4m10.0s    → abort
  4m10.0s  ✖ rolled back: somebody aborted the update
  4m10.0s    weight of the new version: 50% → 0%
  4m40.0s    revision 4 has no pods
  6m00.0s    → release 5
  6m00.0s  ◌ revision 5 is released: demo/web:3 → demo/web:5
  6m00.0s    step 1/2: setWeight: 50
  6m00.9s    revision 5 has 2 pods
  6m00.9s    step 2/2: pause: 30s
  6m00.9s    weight of the new version: 0% → 50%
  6m00.9s  ॥ paused at step 2/2 for 30s
  6m10.0s    → promote full
  6m10.8s    revision 5 has 4 pods
  6m10.8s  ✔ revision 5 is the stable version now
  6m10.8s  ✔ healthy: nothing is left to do
  6m40.0s    revision 3 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 5 has 4/4 pods, weight 100
23,521 requests, 0 failed
