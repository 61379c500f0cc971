# A full promotion skips pauses and analyses
rollout web: 4 replicas, nginx, steps 20 / pause / analysis errors / 60 / pause
traffic 50/s
at 0s   release 2
at 1m   promote full
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/5: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/5: pause
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/5 until somebody promotes
  1m00.0s    → promote full
  1m00.7s    revision 2 has 4 pods
  1m00.7s  ✔ revision 2 is the stable version now
  1m00.7s  ✔ healthy: nothing is left to do
  1m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
8,437 requests, 0 failed
