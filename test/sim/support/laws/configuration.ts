import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { configurationName, NAMESPACE } from '../applications.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/**
 * Pods of one version all see one content, from the first to the last, whatever becomes of it (`content`).
 * Of two controllers that see different configuration one may throw away what the other has just made and
 * makes again: until then pods wait, and see nothing.
 */
export function configuration(scene: Scene): Observer {
  const contents = new Map<string, string>();
  return ({ kind, before, after }, app) => {
    if (app.isConfigured !== true) return;
    // Pods of the Deployment that a Rollout takes over from are not its own.
    if (kind.kind === 'Pod' && before === null && after !== null && hashOf(after) !== '')
      seePod(scene, contents, after);
    if (kind.kind === 'ConfigMap' && before !== null && !scene.isUser())
      seeConfigMap(scene, app, before, after);
  };
}

function seePod(scene: Scene, contents: Map<string, string>, pod: Manifest): void {
  const name = configurationIn(pod);
  const found = scene.api.get(kinds.configMaps, { namespace: NAMESPACE, name });
  if (found === null && scene.script.troubles.some((trouble) => trouble.kind === 'second')) return;
  const key = `${pod.metadata.labels?.['app']} ${hashOf(pod)}`;
  const content = found === null ? 'nothing' : contentOf(found);
  const known = contents.get(key) ?? content;
  contents.set(key, known);
  if (content !== known || found === null)
    scene.tell('content', `${pod.metadata.name} sees ${content} in ${name}, others saw ${known}`);
}

function seeConfigMap(scene: Scene, app: App, before: Manifest, after: Manifest | null): void {
  const { name } = before.metadata;
  if (after !== null && contentOf(before) !== contentOf(after))
    scene.tell('content', `${name} goes from ${contentOf(before)} to ${contentOf(after)}`);
  if (after !== null || name === configurationName(app)) return;
  const pods = scene.api.list(kinds.pods, { namespace: NAMESPACE, labels: { app: app.name } });
  const isAlive = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name }) !== null;
  const reader = pods.find(
    (pod) => configurationIn(pod) === name && pod.metadata.deletionTimestamp === undefined,
  );
  if (isAlive && reader !== undefined)
    scene.tell('content', `${name} is gone, and ${reader.metadata.name} still reads it`);
}

function configurationIn(pod: Manifest): string {
  return /app-[ab]-settings(-[a-z0-9]+)?/.exec(JSON.stringify(pod['spec']))?.[0] ?? '';
}

function contentOf(configMap: Manifest): string {
  return (configMap['data'] as { readonly content?: string } | undefined)?.content ?? '';
}

function hashOf({ metadata }: Manifest): string {
  return metadata.labels?.[LABEL.podTemplateHash] ?? '';
}
