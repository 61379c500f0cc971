# All that is told of a small release: every event and every measurement
rollout web: 2 replicas, nginx, steps 50 / analysis errors
traffic 50/s
at 0s   release 2
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (5f4d4f4d74)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-5f4d4f4d74 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 0 to 1
  0m00.4s    revision 2 has 1 pod
  0m00.4s    event SwitchService: Switched selector for service 'web-canary' from '8c9bb964f' to '5f4d4f4d74'
  0m00.4s    step 2/2: analysis
  0m00.4s    weight of the new version: 0% → 50%
  0m00.4s    event PatchingCanaryIngress: Updating Ingress `web-web-canary` to desiredWeight '50'
  0m00.4s    event TrafficWeightUpdated: Traffic weight updated from 0 to 50
  0m00.4s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m00.4s    event RolloutStepCompleted: Rollout step 1/2 completed (setWeight: 50)
  0m00.4s    event AnalysisRunRunning: Step Analysis Run 'web-5f4d4f4d74-2-1' Status New: 'Running' Previous: ''
  0m30.0s  ✔ analysis web-5f4d4f4d74-2-1: errors = []
  0m40.0s  ✔ analysis web-5f4d4f4d74-2-1: errors = []
  0m50.0s  ✔ analysis web-5f4d4f4d74-2-1: errors = []
  0m50.0s  ✔ analysis web-5f4d4f4d74-2-1 (step 2): Successful
  0m50.0s    event MetricSuccessful: Metric 'errors' Completed. Result: Successful
  0m50.0s    event AnalysisRunSuccessful: Analysis Completed. Result: Successful
  0m50.0s    event AnalysisRunSuccessful: Step Analysis Run 'web-5f4d4f4d74-2-1' Status New: 'Successful' Previous: 'Running'
  0m50.0s    event RolloutStepCompleted: Rollout step 2/2 completed (analysis)
  0m50.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 1 to 2
  0m50.9s    revision 2 has 2 pods
  0m50.9s    event PatchingCanaryIngress: Updating Ingress `web-web-canary` to desiredWeight '100'
  0m50.9s  ✔ revision 2 is the stable version now
  0m50.9s  ✔ healthy: nothing is left to do
  0m50.9s    event TrafficWeightUpdated: Traffic weight updated from 50 to 100
  0m50.9s    event RolloutCompleted: Rollout completed update to revision 2 (5f4d4f4d74): Completed all 2 canary steps
  0m50.9s    event SwitchService: Switched selector for service 'web-stable' from '8c9bb964f' to '5f4d4f4d74'
  0m50.9s    event PatchingCanaryIngress: Updating Ingress `web-web-canary` to desiredWeight '0'
  0m50.9s    event TrafficWeightUpdated: Traffic weight updated from 100 to 0
  1m20.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-8c9bb964f (revision 1) from 2 to 0
  1m20.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
7,805 requests, 0 failed
