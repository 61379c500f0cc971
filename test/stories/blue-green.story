# Blue-green: all users are switched once all pods of the next version are there
rollout web: 4 replicas, blue-green
traffic 50/s
at 0s   release 2
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (5f4d4f4d74)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-5f4d4f4d74 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 0 to 4
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.0s    event SwitchService: Switched selector for service 'web-preview' from '8c9bb964f' to '5f4d4f4d74'
  0m00.7s    revision 2 has 4 pods
  0m00.7s    event SwitchService: Switched selector for service 'web-active' from '8c9bb964f' to '5f4d4f4d74'
  0m00.7s  ◌ active Service web-active: revision 1 → revision 2
  0m00.7s  ✔ revision 2 is the stable version now
  0m00.7s  ✔ healthy: nothing is left to do
  0m00.7s    event RolloutCompleted: Rollout completed update to revision 2 (5f4d4f4d74): Completed blue-green update
  0m30.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-8c9bb964f (revision 1) from 4 to 0
  0m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
5,229 requests, 0 failed
