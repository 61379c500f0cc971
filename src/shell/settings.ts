import type { Scope } from './scope.ts';

/** How the controller was asked to run; flag names are the original's where it has them. */
export interface Settings {
  readonly version: string;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Null: all namespaces. */
  readonly namespace: string | null;
  /** Where the Lease and the notification configuration live. */
  readonly controllerNamespace: string;
  readonly instanceId: string;
  readonly controllers: Scope;
  readonly rolloutThreads: number;
  readonly analysisThreads: number;
  readonly serviceThreads: number;
  readonly qps: number;
  readonly burst: number;
  readonly metricsPort: number;
  readonly healthzPort: number;
  readonly leaderElect: boolean;
  readonly resyncSeconds: number;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'text';
  /** Whether a namespace may have its own notification configuration. */
  readonly selfService: boolean;
  /** Flags that were given and have no effect here, each with the reason. */
  readonly ignored: readonly string[];
}
