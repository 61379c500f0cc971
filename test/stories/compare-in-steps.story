# Two steps that compare by the same template share the chance of being wrong, so each needs twice the evidence
rollout web: 4 replicas, nginx, steps 20 / analysis compare / 60 / analysis compare
traffic 60/s
at 0s   release 2 errors 1%
until rest
---
  0m00.0s    → release 2 errors 1%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: analysis
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m00.6s  ✔ analysis web-5f4d4f4d74-2-1: errors = compared from now on
  0m00.6s  ✔ analysis web-5f4d4f4d74-2-1: slow = compared from now on
  0m45.0s  ✖ analysis web-5f4d4f4d74-2-1: errors = rolled back — canary fails and stable does not: 6 of 332 vs 0 of 2 458 requests over 44s at 20%. Evidence 693, limit 200 (chance of this in a healthy release < 0.5%). Extra failed requests: 6.
  0m45.0s  ✖ analysis web-5f4d4f4d74-2-1 (step 2): Failed
            errors: rolled back — canary fails and stable does not: 6 of 332 vs 0 of 2 458 requests over 44s at 20%. Evidence 693, limit 200 (chance of this in a healthy release < 0.5%). Extra failed requests: 6.
  0m45.0s  ✖ rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 6 of 332 vs 0 of 2 458 requests over 44s at 20%. Evidence 693, limit 200 (chance of this in a healthy release < 0.5%). Extra failed requests: 6.
  0m45.0s    weight of the new version: 20% → 0%
  1m15.0s    revision 2 has no pods
in the end: Degraded, rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 6 of 332 vs 0 of 2 458 requests over 44s at 20%. Evidence 693, limit 200 (chance of this in a healthy release < 0.5%). Extra failed requests: 6.; revision 1 has 4/4 pods, weight 0
9,157 requests, 10 failed
