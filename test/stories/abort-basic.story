# A canary by numbers of pods goes back at once when it is aborted
rollout web: 4 replicas, surge 1, unavailable 0, steps 50 / pause
traffic 40/s
at 0s   release 2
at 1m   abort
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m01.3s    revision 2 has 2 pods
  0m01.3s    revision 1 has 2 pods
  0m01.3s    step 2/2: pause
  0m01.3s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.9s    revision 1 has 4 pods
  1m00.9s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
5,496 requests, 42 failed (unserved: 42 Service default/web has a pod that takes no connections)
