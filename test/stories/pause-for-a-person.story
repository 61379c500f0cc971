# A pause without a duration waits for a person
rollout web: 4 replicas, nginx, steps 20 / pause / 60 / pause
at 0s   release 2
at 2h   promote
at 3h   promote
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 until somebody promotes
120m00.0s    → promote
120m00.0s    step 3/4: setWeight: 60
120m00.7s    revision 2 has 3 pods
120m00.7s    step 4/4: pause
120m00.7s    weight of the new version: 20% → 60%
120m00.7s  ॥ paused at step 4/4 until somebody promotes
180m00.0s    → promote
180m00.4s    revision 2 has 4 pods
180m00.4s  ✔ revision 2 is the stable version now
180m00.4s  ✔ healthy: nothing is left to do
180m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
