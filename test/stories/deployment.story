# A Deployment gives its pods away one by one, and is where images are written
rollout web: 4 replicas, of a deployment, steps 25 / pause 1m
traffic 50/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 25
  0m00.0s    revision 1 has 3 pods
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause: 1m
  0m00.6s  ॥ paused at step 2/2 for 1m
  1m00.9s    revision 1 has no pods
  1m01.2s    revision 2 has 4 pods
  1m01.2s  ✔ revision 2 is the stable version now
  1m01.2s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
6,801 requests, 42 failed (unserved: 42 Service default/web has a pod that takes no connections)
