# Blue-green becomes a canary between two releases, and blue-green again in the middle of one
rollout web: 4 replicas, blue-green
traffic 50/s
at 0s   release 2
at 3m   strategy canary 50 / pause 2m
at 4m   release 3
at 5m   strategy blue-green
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ active Service web-active: revision 1 → revision 2
  0m00.7s  ✔ revision 2 is the stable version now
  0m00.7s  ✔ healthy: nothing is left to do
  0m30.0s    revision 1 has no pods
  3m00.0s    → strategy canary 50 / pause 2m
  3m00.0s    event SkipSteps: Rollback to stable ReplicaSets
  4m00.0s    → release 3
  4m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:3
  4m00.0s    step 1/2: setWeight: 50
  4m00.5s    revision 2 has 2 pods
  4m00.6s    revision 3 has 2 pods
  4m00.6s    step 2/2: pause: 2m
  4m00.6s  ॥ paused at step 2/2 for 2m
  5m00.0s    → strategy blue-green
  5m00.7s    revision 2 has 4 pods
  5m00.7s    revision 3 has 4 pods
  5m00.7s  ◌ active Service web-active: revision 2 → revision 3
  5m00.7s  ✔ revision 3 is the stable version now
  5m00.7s  ✔ healthy: nothing is left to do
  5m30.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods
20,221 requests, 15 failed (unserved: 15 Service default/web-active has a pod that takes no connections)
