# Two people open a gate
rollout web: 4 replicas, gateway, steps 25 / gate qa of 2 / 50 / pause 10s
traffic 50/s
at 0s   release 2
at 1m   approve anna
at 2m   approve ben
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 25
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: gate qa: 2 approvals
  0m00.6s    weight of the new version: 0% → 25%
  0m00.6s  ◌ waiting for step 2/4 (gate qa): 0 of 2 approvals
  1m00.0s    → approve anna
  1m00.0s  ◌ waiting for step 2/4 (gate qa): 1 of 2 approvals: anna (12:01:00 UTC)
  2m00.0s    → approve ben
  2m00.0s    step 3/4: setWeight: 50
  2m00.5s    revision 2 has 2 pods
  2m00.5s    step 4/4: pause: 10s
  2m00.5s    weight of the new version: 25% → 50%
  2m00.5s  ॥ paused at step 4/4 for 10s
  2m10.7s    revision 2 has 4 pods
  2m10.7s  ✔ revision 2 is the stable version now
  2m10.7s  ✔ healthy: nothing is left to do
  2m40.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
11,781 requests, 0 failed
