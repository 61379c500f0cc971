# A Job as a step; while it runs somebody aborts, and begins again
rollout web: 2 replicas, steps job sleep 60 / 50 / pause 10s
at 0s   release 2
at 30s  abort
at 2m   retry
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: a Job
  0m00.0s  ◌ waiting for step 1/3 (job): Job web-5f4d4f4d74-1-1 is running
  0m30.0s    → abort
  0m30.0s  ✖ rolled back: somebody aborted the update
  2m00.0s    → retry
  2m00.0s    step 1/3: a Job
  2m00.0s  ◌ waiting for step 1/3 (job): Job web-5f4d4f4d74-1-1 is running
  3m00.5s    step 2/3: setWeight: 50
  3m01.2s    revision 2 has 1 pod
  3m01.2s    revision 1 has 1 pod
  3m01.2s    step 3/3: pause: 10s
  3m01.2s  ॥ paused at step 3/3 for 10s
  3m11.8s    revision 2 has 2 pods
  3m11.8s  ✔ revision 2 is the stable version now
  3m11.8s    revision 1 has no pods
  3m11.8s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
