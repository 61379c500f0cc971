# Without a traffic router the fresh copy gets what a pod of its Service gets
rollout web: 4 replicas, background fresh, steps 25 / pause 5m
traffic 100/s
at 0s   release 2 errors 4%
until rest
---
  0m00.0s    → release 2 errors 4%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 25
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s    revision 1 has 3 pods
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause: 5m
  0m00.6s  ॥ paused at step 2/2 for 5m
  0m18.0s  ✔ analysis web-5f4d4f4d74-2: errors = the fresh baseline is there, and compared with from the next look on
  0m48.0s  ✖ analysis web-5f4d4f4d74-2: errors = rolled back — canary fails and stable does not: 13 of 299 vs 0 of 317 requests over 15s beside a fresh baseline. Evidence 1 444, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 13.
  0m48.0s  ✖ analysis web-5f4d4f4d74-2: Failed
            errors: rolled back — canary fails and stable does not: 13 of 299 vs 0 of 317 requests over 15s beside a fresh baseline. Evidence 1 444, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 13.
  0m48.0s  ✖ rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 13 of 299 vs 0 of 317 requests over 15s beside a fresh baseline. Evidence 1 444, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 13.
  0m48.0s    revision 2 has no pods
  0m48.8s    revision 1 has 4 pods
in the end: Degraded, rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 13 of 299 vs 0 of 317 requests over 15s beside a fresh baseline. Evidence 1 444, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 13.; revision 1 has 4/4 pods, weight 0
12,579 requests, 73 failed (unserved: 33 Service default/web has a pod that takes no connections)
