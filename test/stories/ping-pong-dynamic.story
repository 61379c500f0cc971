# Two Services that take turns, with a stable version that shrinks as the canary grows
rollout web: 4 replicas, gateway, ping-pong, dynamic stable, pods carry 30/s, steps 50 / pause 30s
traffic 40/s
at 0s   release 2
at 2m   release 3
at 2m20s abort
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 30s
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 30s
  0m00.6s    revision 1 has 2 pods
  0m30.8s    revision 2 has 4 pods
  0m30.8s  ✔ revision 2 is the stable version now
  0m30.8s  ✔ healthy: nothing is left to do
  0m30.8s    revision 1 has no pods
  2m00.0s    → release 3
  2m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:3
  2m00.0s    step 1/2: setWeight: 50
  2m00.8s    revision 3 has 2 pods
  2m00.9s    step 2/2: pause: 30s
  2m00.9s    weight of the new version: 0% → 50%
  2m00.9s  ॥ paused at step 2/2 for 30s
  2m00.9s    revision 2 has 2 pods
  2m20.0s    → abort
  2m20.0s  ✖ rolled back: somebody aborted the update
  2m20.5s    weight of the new version: 50% → 25%
  2m20.6s    revision 2 has 4 pods
  2m20.6s    weight of the new version: 25% → 0%
  2m20.6s    revision 3 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 2 has 4/4 pods, weight 0
8,637 requests, 117 failed (unserved: 87 Service default/web-ping has a pod that takes no connections, 30 Service default/web-pong has a pod that takes no connections)
