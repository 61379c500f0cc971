# A step is skipped, then all that are left
rollout web: 10 replicas, surge 2, unavailable 0, steps 20 / pause / 40 / pause / 60 / pause
at 0s   release 2
at 1m   skip step
at 2m   skip all steps
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/6: setWeight: 20
  0m00.8s    revision 2 has 2 pods
  0m00.8s    revision 1 has 8 pods
  0m00.8s    step 2/6: pause
  0m00.8s  ॥ paused at step 2/6 until somebody promotes
  1m00.0s    → skip step
  1m00.0s    step 3/6: setWeight: 40
  1m00.8s    revision 2 has 4 pods
  1m00.9s    revision 1 has 6 pods
  1m00.9s    step 4/6: pause
  1m00.9s  ॥ paused at step 4/6 until somebody promotes
  2m00.0s    → skip all steps
  2m02.3s    revision 2 has 10 pods
  2m02.3s  ✔ revision 2 is the stable version now
  2m02.3s    revision 1 has no pods
  2m02.3s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 10/10 pods, weight 100
