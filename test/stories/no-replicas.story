# A rollout without pods, which gets some in the end
rollout web: 0 replicas, nginx, steps 20 / pause 30s / 60
at 0s   release 2
at 5m   scale 3
at 6m   release 3
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: setWeight: 20
  0m00.0s    step 2/3: pause: 30s
  0m00.0s  ॥ paused at step 2/3 for 30s
  0m30.0s  ✔ revision 2 is the stable version now
  0m30.0s  ✔ healthy: nothing is left to do
  5m00.0s    → scale 3
  5m00.0s  ◌ waiting for 1 of 3 pods of web-5f4d4f4d74 to become available
  5m00.7s    revision 2 has 3 pods
  5m00.7s  ✔ healthy: nothing is left to do
  6m00.0s    → release 3
  6m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:3
  6m00.0s    step 1/3: setWeight: 20
  6m00.9s    revision 3 has 1 pod
  6m00.9s    step 2/3: pause: 30s
  6m00.9s    weight of the new version: 0% → 20%
  6m00.9s  ॥ paused at step 2/3 for 30s
  6m30.0s    step 3/3: setWeight: 60
  6m30.6s    weight of the new version: 20% → 60%
  6m31.1s    revision 3 has 3 pods
  6m31.1s  ✔ revision 3 is the stable version now
  6m31.1s  ✔ healthy: nothing is left to do
  7m01.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 3/3 pods, weight 100
