# Testers get errors, and users never do
rollout web: 4 replicas, blue-green, testers 5/s, judged before by errors
traffic 50/s
at 0s   release 2 errors 50%
---
  0m00.0s    → release 2 errors 50%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-pre begins
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-pre: errors = 0.51873 (bad)
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-pre: Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.51873 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Blue/green pre-promotion analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: Blue/green pre-promotion analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods
7,334 requests, 206 failed (unserved: 71 Service default/web-preview has no ready pod)
