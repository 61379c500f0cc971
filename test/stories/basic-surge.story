# A canary by numbers of pods, with room for more pods
rollout web: 4 replicas, surge 1, unavailable 0, steps 25 / pause 30s / 50 / pause 30s
traffic 40/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 25
  0m00.6s    revision 2 has 1 pod
  0m00.6s    revision 1 has 3 pods
  0m00.6s    step 2/4: pause: 30s
  0m00.6s  ॥ paused at step 2/4 for 30s
  0m30.0s    step 3/4: setWeight: 50
  0m30.4s    revision 2 has 2 pods
  0m30.4s    revision 1 has 2 pods
  0m30.4s    step 4/4: pause: 30s
  0m30.4s  ॥ paused at step 4/4 for 30s
  1m00.9s    revision 2 has 4 pods
  1m00.9s  ✔ revision 2 is the stable version now
  1m01.0s    revision 1 has no pods
  1m01.0s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
5,508 requests, 34 failed (unserved: 34 Service default/web has a pod that takes no connections)
