# Blue-green becomes a canary while a preview waits
rollout web: 4 replicas, blue-green, switches by hand
traffic 50/s
at 0s   release 2
at 2m   strategy canary 50 / pause 30s
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch until somebody promotes
  2m00.0s    → strategy canary 50 / pause 30s
  2m00.0s    step 1/2: setWeight: 50
  2m00.0s    revision 1 has 2 pods
  2m00.0s    step 2/2: pause: 30s
  2m00.0s  ॥ paused at step 2/2 for 30s
  2m00.0s    revision 2 has 2 pods
  2m30.5s    revision 1 has no pods
  2m30.6s    revision 2 has 4 pods
  2m30.6s  ✔ revision 2 is the stable version now
  2m30.6s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
11,345 requests, 42 failed (unserved: 42 Service default/web-active has a pod that takes no connections)
