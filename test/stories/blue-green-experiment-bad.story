# What is tried before the switch gives errors, and users see none
rollout web: 4 replicas, blue-green, testers 5/s, judged before by side-by-side
traffic 20/s
at 0s   release 2 errors 50%
until rest
---
  0m00.0s    → release 2 errors 50%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-pre begins
  0m31.0s  ✖ analysis web-5f4d4f4d74-2-pre: side-by-side = errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.39841 (bad)
  0m31.0s  ✖ analysis web-5f4d4f4d74-2-pre: Failed
            side-by-side failed 1 of 1 measurement (limit 0); errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.39841 (bad) at 12:00:31 UTC
  0m31.0s  ✖ rolled back: Blue/green pre-promotion analysis phase error/failed: Metric "side-by-side" assessed Failed due to failed (1) > failureLimit (0): "Error Message: errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.39841 (bad)"
  1m01.0s    revision 2 has no pods
in the end: Degraded, rolled back: Blue/green pre-promotion analysis phase error/failed: Metric "side-by-side" assessed Failed due to failed (1) > failureLimit (0): "Error Message: errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.39841 (bad)"; revision 1 has 4/4 pods
3,347 requests, 547 failed (unserved: 509 Service default/web-tried has no ready pod)
