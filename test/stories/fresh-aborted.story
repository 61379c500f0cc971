# An abort ends the fresh copy with its run, and its share of the traffic first
rollout web: 4 replicas, gateway, background fresh, steps 20 / pause
traffic 100/s
at 0s   release 2
at 1m   abort
until rest
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (5f4d4f4d74)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-5f4d4f4d74 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 0 to 1
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s    event AnalysisRunRunning: Background Analysis Run 'web-5f4d4f4d74-2' Status New: 'Running' Previous: ''
  0m00.6s    revision 2 has 1 pod
  0m00.6s    event SwitchService: Switched selector for service 'web-canary' from '8c9bb964f' to '5f4d4f4d74'
  0m00.6s    step 2/2: pause
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/2 until somebody promotes
  0m00.6s    event TrafficWeightUpdated: Traffic weight updated from 0 to 20
  0m00.6s    event RolloutStepCompleted: Rollout step 1/2 completed (setWeight: 20)
  0m00.6s    event RolloutPaused: Rollout is paused (CanaryPauseStep)
  0m18.0s  ✔ analysis web-5f4d4f4d74-2: errors = the fresh baseline is there, and compared with from the next look on
  0m33.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m48.0s  ✔ analysis web-5f4d4f4d74-2: errors = 0 of 310 canary vs 0 of 320 stable requests failed. Evidence 1 of 100 needed to roll back; undecided.
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.0s  ⚠ event RolloutAborted: Rollout aborted update to revision 2
  1m00.0s    event SwitchService: Switched selector for service 'web-canary' from '5f4d4f4d74' to '8c9bb964f'
  1m00.0s    weight of the new version: 20% → 0%
  1m00.0s  ✔ analysis web-5f4d4f4d74-2: Successful
  1m00.0s    event TrafficWeightUpdated: Traffic weight updated from 20 to 0
  1m00.0s    event MetricSuccessful: Metric 'errors' Completed. Result: Successful
  1m00.0s    event AnalysisRunSuccessful: Analysis Completed. Result: Successful
  1m30.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-5f4d4f4d74 (revision 2) from 1 to 0
  1m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
16,703 requests, 0 failed
