# Pods that take long: the weight waits for them
rollout web: 4 replicas, nginx, ready after 20s, steps 50 / pause 1m
traffic 50/s
at 0s   release 2 slow 90s
---
  0m00.0s    → release 2 slow 90s
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m45.0s  ⚠ revision 2: pods web-76bfbd6c85-*, web-76bfbd6c85-*: ContainerCreating: containers with unready status: [app]
  1m50.6s    revision 2 has 2 pods
  1m50.6s    step 2/2: pause: 1m
  1m50.6s    weight of the new version: 0% → 50%
  1m50.6s  ॥ paused at step 2/2 for 1m
  3m35.0s  ⚠ revision 2: pods web-76bfbd6c85-*, web-76bfbd6c85-*: ContainerCreating: containers with unready status: [app]
  4m40.7s    revision 2 has 4 pods
  4m40.7s  ✔ revision 2 is the stable version now
  4m40.7s  ✔ healthy: nothing is left to do
  5m10.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
19,500 requests, 0 failed
