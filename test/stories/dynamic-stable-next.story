# A third version when most of the traffic is with the second one, then back to the first
rollout web: 4 replicas, gateway, dynamic stable, pods carry 30/s, steps 50 / pause 1m / 75 / pause 1m
traffic 40/s
at 0s     release 2
at 1m30s  release 3
at 4m     release 4
at 5m30s  undo
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/4 for 1m
  0m00.6s    revision 1 has 2 pods
  1m00.0s    step 3/4: setWeight: 75
  1m00.4s    revision 2 has 3 pods
  1m00.4s    step 4/4: pause: 1m
  1m00.4s    weight of the new version: 50% → 75%
  1m00.4s  ॥ paused at step 4/4 for 1m
  1m00.4s    revision 1 has 1 pod
  1m30.0s    → release 3
  1m30.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
  1m30.0s    step 1/4: setWeight: 50
  1m30.5s    weight of the new version: 75% → 50%
  1m30.6s    weight of the new version: 50% → 25%
  1m30.6s    weight of the new version: 25% → 0%
  1m30.8s    revision 2 has no pods
  1m30.9s    revision 3 has 2 pods
  1m30.9s    step 2/4: pause: 1m
  1m30.9s    weight of the new version: 0% → 50%
  1m30.9s  ॥ paused at step 2/4 for 1m
  1m30.9s    revision 1 has 2 pods
  2m30.0s    step 3/4: setWeight: 75
  2m30.3s    revision 3 has 3 pods
  2m30.3s    step 4/4: pause: 1m
  2m30.3s    weight of the new version: 50% → 75%
  2m30.3s  ॥ paused at step 4/4 for 1m
  2m30.4s    revision 1 has 1 pod
  3m30.7s    revision 3 has 4 pods
  3m30.7s  ✔ revision 3 is the stable version now
  3m30.7s  ✔ healthy: nothing is left to do
  3m30.7s    revision 1 has no pods
  4m00.0s    → release 4
  4m00.0s  ◌ revision 4 is released: demo/web:3 → demo/web:4
  4m00.0s    step 1/4: setWeight: 50
  4m00.9s    revision 4 has 2 pods
  4m00.9s    step 2/4: pause: 1m
  4m00.9s    weight of the new version: 0% → 50%
  4m00.9s  ॥ paused at step 2/4 for 1m
  4m00.9s    revision 3 has 2 pods
  5m00.0s    step 3/4: setWeight: 75
  5m00.6s    revision 4 has 3 pods
  5m00.6s    step 4/4: pause: 1m
  5m00.6s    weight of the new version: 50% → 75%
  5m00.6s  ॥ paused at step 4/4 for 1m
  5m00.6s    revision 3 has 1 pod
  5m30.0s    → undo
  5m30.0s  ◌ back to the stable version, revision 5 (demo/web:3)
  5m30.0s    event SkipSteps: Rollback to stable ReplicaSets
  5m30.0s  ✔ waiting for 2 of 4 pods of web-6b444d68f9 to become available
  5m30.4s    weight of the new version: 75% → 50%
  5m30.9s    weight of the new version: 50% → 25%
  5m30.9s    revision 5 has 4 pods
  5m30.9s    weight of the new version: 25% → 0%
  5m30.9s    revision 4 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 5 has 4/4 pods, weight 100
16,347 requests, 184 failed (unserved: 125 Service default/web-stable has a pod that takes no connections, 59 Service default/web-canary has a pod that takes no connections)
