# Steps are skipped faster than pods come up: the weight waits for pods that can carry it
rollout web: 4 replicas, nginx, ready after 10s, steps 20 / pause / 40 / pause / 60 / pause
traffic 50/s
at 0s   release 2
at 1m   skip step
at 2m   skip all steps
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/6: setWeight: 20
  0m10.6s    revision 2 has 1 pod
  0m10.6s    step 2/6: pause
  0m10.6s    weight of the new version: 0% → 20%
  0m10.6s  ॥ paused at step 2/6 until somebody promotes
  1m00.0s    → skip step
  1m00.0s    step 3/6: setWeight: 40
  1m10.5s    revision 2 has 2 pods
  1m10.5s    step 4/6: pause
  1m10.5s    weight of the new version: 20% → 40%
  1m10.5s  ॥ paused at step 4/6 until somebody promotes
  2m00.0s    → skip all steps
  2m10.7s    revision 2 has 4 pods
  2m10.7s  ✔ revision 2 is the stable version now
  2m10.7s  ✔ healthy: nothing is left to do
  2m40.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
11,935 requests, 0 failed
