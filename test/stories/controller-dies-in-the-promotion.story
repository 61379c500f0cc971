# The controller is killed while all pods are being replaced
rollout web: 6 replicas, ready after 5s, surge 1, unavailable 0, steps 50 / pause 30s
traffic 40/s
at 0s   release 2
at 60s  controller dies for 30s
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m05.7s    revision 1 has 5 pods
  0m11.2s    revision 1 has 4 pods
  0m17.0s    revision 2 has 3 pods
  0m17.0s    revision 1 has 3 pods
  0m17.0s    step 2/2: pause: 30s
  0m17.0s  ॥ paused at step 2/2 for 30s
  0m51.8s    revision 1 has 2 pods
  0m57.4s    revision 1 has 1 pod
  1m00.0s    → controller dies for 30s
  1m03.0s    revision 2 has 6 pods
  1m30.0s  ✔ revision 2 is the stable version now
  1m30.0s    revision 1 has no pods
  1m30.0s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 6/6 pods, weight 100
6,594 requests, 32 failed (unserved: 32 Service default/web has a pod that takes no connections)
