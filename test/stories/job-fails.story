# A Job that fails gives the release up
rollout web: 2 replicas, steps job exit 1 / 50
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: a Job
  0m00.4s  ✖ rolled back: Step Plugin 1 (sluice/job) failed: Job web-5f4d4f4d74-1-1 failed: Job has reached the specified backoff limit
in the end: Degraded, rolled back: Step Plugin 1 (sluice/job) failed: Job web-5f4d4f4d74-1-1 failed: Job has reached the specified backoff limit; revision 1 has 2/2 pods, weight 0
