# A rollout is scaled to nothing in the middle of a release
rollout web: 4 replicas, steps 50 / pause
at 0s   release 2
at 1m   scale 0
at 2m   promote
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 1 has 2 pods
  0m00.7s    revision 2 has 2 pods
  0m00.7s    step 2/2: pause
  0m00.7s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → scale 0
  1m00.0s    revision 2 has no pods
  1m00.0s    revision 1 has no pods
  2m00.0s    → promote
  2m00.0s  ✔ revision 2 is the stable version now
  2m00.0s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; no pods, weight 100
