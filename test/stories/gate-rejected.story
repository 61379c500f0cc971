# One person keeps a gate shut: the release is given up, and tried again later
rollout web: 4 replicas, steps 25 / gate qa
at 0s   release 2
at 1m   reject eve
at 2m   retry
at 3m   approve anna
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 25
  0m00.0s    revision 1 has 3 pods
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: gate qa: 1 approval
  0m00.6s  ◌ waiting for step 2/2 (gate qa): 0 of 1 approval
  1m00.0s    → reject eve
  1m00.0s  ✖ rolled back: Step Plugin 2 (sluice/gate) failed: rejected by eve
  1m00.0s    revision 2 has no pods
  1m00.5s    revision 1 has 4 pods
  2m00.0s    → retry
  2m00.0s    step 1/2: setWeight: 25
  2m00.0s    revision 1 has 3 pods
  2m00.8s    revision 2 has 1 pod
  2m00.8s    step 2/2: gate qa: 1 approval
  2m00.8s  ◌ waiting for step 2/2 (gate qa): 0 of 1 approval
  3m00.0s    → approve anna
  3m00.8s    revision 1 has no pods
  3m01.1s    revision 2 has 4 pods
  3m01.1s  ✔ revision 2 is the stable version now
  3m01.1s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
