# A controller that dies while a Job runs
rollout web: 2 replicas, steps job sleep 60 / gate qa
at 0s   release 2
at 20s  controller dies for 10s
at 2m   controller dies for 30s
at 3m   approve anna
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: a Job
  0m00.0s  ◌ waiting for step 1/2 (job): Job web-5f4d4f4d74-1-1 is running
  0m20.0s    → controller dies for 10s
  1m00.4s    step 2/2: gate qa: 1 approval
  1m00.4s  ◌ waiting for step 2/2 (gate qa): 0 of 1 approval
  2m00.0s    → controller dies for 30s
  3m00.0s    → approve anna
  3m01.4s    revision 2 has 2 pods
  3m01.4s  ✔ revision 2 is the stable version now
  3m01.4s    revision 1 has no pods
  3m01.4s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
