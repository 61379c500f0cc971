# An abort while the fresh copy is starting ends it, too
rollout web: 4 replicas, gateway, background fresh, steps 20 / pause, ready after 20s
traffic 100/s
at 0s   release 2
at 22s   controller dies for 10s
at 24s   abort
until rest
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (76bfbd6c85)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-76bfbd6c85 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-76bfbd6c85 (revision 2) from 0 to 1
  0m00.0s  ◌ analysis web-76bfbd6c85-2 begins
  0m00.0s    event AnalysisRunRunning: Background Analysis Run 'web-76bfbd6c85-2' Status New: 'Running' Previous: ''
  0m20.6s    revision 2 has 1 pod
  0m20.6s    event SwitchService: Switched selector for service 'web-canary' from 'd4b54d8bd' to '76bfbd6c85'
  0m20.6s    step 2/2: pause
  0m20.6s    weight of the new version: 0% → 20%
  0m20.6s  ॥ paused at step 2/2 until somebody promotes
  0m20.6s    event TrafficWeightUpdated: Traffic weight updated from 0 to 20
  0m20.6s    event RolloutStepCompleted: Rollout step 1/2 completed (setWeight: 20)
  0m20.6s    event RolloutPaused: Rollout is paused (CanaryPauseStep)
  0m22.0s    → controller dies for 10s
  0m24.0s    → abort
  0m24.0s  ॥ waiting for the controller to act on an abort
  0m32.0s  ✖ rolled back: somebody aborted the update
  0m32.0s  ⚠ event RolloutAborted: Rollout aborted update to revision 2
  0m32.0s    event SwitchService: Switched selector for service 'web-canary' from '76bfbd6c85' to 'd4b54d8bd'
  0m32.0s    weight of the new version: 20% → 0%
  0m32.0s    event TrafficWeightUpdated: Traffic weight updated from 20 to 0
  0m32.0s  ? analysis web-76bfbd6c85-2: errors = could not be taken: Metric Terminated
  0m32.0s  ? analysis web-76bfbd6c85-2: Inconclusive
            errors: Metric Terminated
  0m32.0s    event MetricInconclusive: Metric 'errors' Completed. Result: Inconclusive
  0m32.0s    event AnalysisRunInconclusive: Analysis Completed. Result: Inconclusive
  1m02.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-76bfbd6c85 (revision 2) from 1 to 0
  1m02.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
13,992 requests, 0 failed
