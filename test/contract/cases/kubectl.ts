import { podRow, row, type Topic } from '../case.ts';
import { configMap, deployment, rollout, service, template } from '../objects.ts';

const web = JSON.stringify(deployment('web', { replicas: 2 }));
const isComplete = ['rollout', 'status', 'deployment/web', '--timeout=30s'];
const custom = '-o=custom-columns=NAME:.metadata.name,SIZE:.spec.replicas,LABELS:.metadata.labels';

/** Stock kubectl, as people use it: what it prints and how it ends. */
export const kubectl: Topic = {
  name: 'kubectl',
  cases: [
    row('apply, twice and changed', async ({ kubectl: run }) => {
      await run(['apply', '-f', '-'], JSON.stringify(configMap('x', { a: '1', b: '2' })));
      await run(['apply', '-f', '-'], JSON.stringify(configMap('x', { a: '1', b: '2' })));
      await run(['diff', '-f', '-'], JSON.stringify(configMap('x', { a: '1', b: '2' })));
      await run(['apply', '-f', '-'], JSON.stringify(configMap('x', { a: '3' })));
      await run(['get', 'configmap/x', '-o', 'jsonpath={.data}']);
      await run(['apply', '--dry-run=server', '-f', '-'], JSON.stringify(configMap('x', { a: '4' })));
      await run(['apply', '-f', '-'], JSON.stringify({ ...configMap('x'), data: { a: 1 } }));
      await run(['apply', '-f', '-'], JSON.stringify({ ...configMap('x'), colour: 'red' }));
    }),
    row('apply on the server, by two managers', async ({ kubectl: run }) => {
      const apply = (manager: string, data: Readonly<Record<string, string>>, ...more: readonly string[]) =>
        run(
          ['apply', '--server-side', '--field-manager', manager, ...more, '-f', '-'],
          JSON.stringify(configMap('x', data)),
        );
      await apply('one', { a: '1', b: '1' });
      await apply('two', { a: '2' });
      await apply('two', { a: '2' }, '--force-conflicts');
      await apply('one', { b: '1' });
      await run(['get', 'configmap/x', '-o', 'jsonpath={.data} {.metadata.managedFields[*].manager}']);
    }),
    row('apply of a Rollout', async ({ kubectl: run }) => {
      await run(['apply', '-f', '-'], JSON.stringify(rollout('x')));
      await run(['apply', '-f', '-'], JSON.stringify(rollout('x', { replicas: 3 })));
      await run(['apply', '-f', '-'], JSON.stringify(rollout('x', { colour: 'red' })));
      await run(['apply', '-f', '-'], JSON.stringify(rollout('x', { replicas: 'many' })));
      await run(['apply', '--server-side', '-f', '-'], JSON.stringify(rollout('y')));
      await run(['get', 'rollouts']);
      await run(['get', 'ro/x', '-o', 'wide']);
      await run(['scale', 'rollout/x', '--replicas=5']);
      await run(['get', 'ro/x', custom]);
      await run(['delete', 'ro', '--all']);
    }),
    row('edit', async ({ kubectl: run }) => {
      await run(['create', 'configmap', 'x', '--from-literal=a=1']);
      await run(['edit', 'configmap/x'], '', { KUBE_EDITOR: 'sed -i "s/a: .1./a: two/"' });
      await run(['get', 'configmap/x', '-o', 'jsonpath={.data}']);
      await run(['edit', 'configmap/x'], '', { KUBE_EDITOR: 'true' });
    }),
    row('label and annotate', async ({ kubectl: run }) => {
      await run(['create', 'configmap', 'x', '--from-literal=a=1']);
      await run(['label', 'configmap/x', 'tier=front']);
      await run(['label', 'configmap/x', 'tier=back']);
      await run(['label', 'configmap/x', 'tier=back', '--overwrite']);
      await run(['annotate', 'configmap/x', 'note=hello world']);
      await run(['annotate', 'configmap/x', 'note-']);
      await run(['get', 'configmaps', '-l', 'tier=back', '--show-labels']);
      await run(['label', 'configmap/x', 'tier-']);
      await run(['label', 'configmap/x', 'a b=c']);
    }),
    row('create, replace, patch, delete', async ({ kubectl: run }) => {
      await run(['create', '-f', '-'], JSON.stringify(configMap('x', { a: '1' })));
      await run(['create', '-f', '-'], JSON.stringify(configMap('x', { a: '1' })));
      await run(['replace', '-f', '-'], JSON.stringify(configMap('x', { a: '2' })));
      await run(['replace', '-f', '-'], JSON.stringify(configMap('none', { a: '2' })));
      await run(['patch', 'configmap/x', '--type=merge', '-p', '{"data":{"b":"3"}}']);
      await run([
        'patch',
        'configmap/x',
        '--type=json',
        '-p',
        '[{"op":"test","path":"/data/a","value":"9"}]',
      ]);
      await run(['patch', 'configmap/x', '-p', '{"data":{"b":"3"}}']);
      await run(['delete', 'configmap/x']);
      await run(['delete', 'configmap/x']);
      await run(['delete', 'configmap/x', '--ignore-not-found']);
    }),
    row('create of the usual things', async ({ kubectl: run }) => {
      await run(['create', 'deployment', 'made', '--image=demo/app:1', '--replicas=0']);
      await run(['create', 'secret', 'generic', 'made', '--from-literal=a=b']);
      await run(['create', 'service', 'clusterip', 'made', '--tcp=80:8080']);
      await run(['create', 'serviceaccount', 'made']);
      await run(['create', 'role', 'made', '--verb=get', '--resource=pods']);
      await run(['create', 'poddisruptionbudget', 'made', '--selector=app=made', '--min-available=1']);
      await run(['expose', 'deployment/made', '--port=80', '--name=exposed']);
      await run(['autoscale', 'deployment/made', '--max=3', '--cpu=50%']);
      await run(['get', 'secret,serviceaccount,role', '-o', 'name']);
    }),
    row('what is not there', async ({ kubectl: run }) => {
      await run(['get', 'configmap', 'none']);
      await run(['get', 'configmaps']);
      await run(['get', 'nonsense']);
      await run(['get', 'pods', '-l', 'a b']);
      await run(['get', 'pods', '--field-selector', 'spec.colour=red']);
      await run(['logs', 'none']);
      await run(['describe', 'configmap', 'none']);
      await run(['scale', 'deployment/none', '--replicas=1']);
      await run(['rollout', 'status', 'deployment/none']);
      await run(['wait', '--for=condition=Ready', 'pod/none', '--timeout=1s']);
    }),
    row('what is served', async ({ kubectl: run }) => {
      await run(['api-resources', '--api-group=argoproj.io']);
      await run(['api-resources', '--api-group=batch', '--namespaced=true', '-o', 'name']);
      await run(['explain', 'rollout.spec.strategy.canary.steps']);
      await run(['explain', 'configmap.immutable']);
      await run(['auth', 'can-i', 'delete', 'pods']);
      await run(['get', 'crd', 'rollouts.argoproj.io', '-o', 'name']);
      await run(['get', 'nodes', '-o', 'name']);
    }),
    podRow('a Deployment, from its beginning to its end', async ({ kubectl: run }) => {
      await run(['apply', '-f', '-'], web);
      await run(isComplete);
      await run(['get', 'deployment/web']);
      await run(['get', 'deployment,replicaset', '-o', 'wide']);
      await run(['get', 'pods', '--no-headers', '-o=custom-columns=PHASE:.status.phase']);
      await run(['set', 'image', 'deployment/web', 'app=demo/app:2']);
      await run(isComplete);
      await run(['rollout', 'history', 'deployment/web']);
      await run(['rollout', 'undo', 'deployment/web']);
      await run(isComplete);
      await run(['get', 'deployment/web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}']);
      await run(['scale', 'deployment/web', '--replicas=1']);
      await run(['scale', 'deployment/web', '--replicas=3', '--current-replicas=9']);
      await run(isComplete);
      await run(['rollout', 'pause', 'deployment/web']);
      await run(['rollout', 'pause', 'deployment/web']);
      await run(['rollout', 'resume', 'deployment/web']);
      await run(['delete', 'deployment/web', '--cascade=foreground']);
      await run(['get', 'replicasets']);
    }),
    podRow('orphans', async ({ kubectl: run }) => {
      await run(['apply', '-f', '-'], web);
      await run(isComplete);
      await run(['delete', 'deployment/web', '--cascade=orphan']);
      await run([
        'get',
        'replicasets',
        '--no-headers',
        '-o=custom-columns=SIZE:.spec.replicas,OWNER:.metadata.ownerReferences',
      ]);
      await run(['delete', 'replicasets', '--all', '--cascade=background']);
    }),
    podRow('waiting', async ({ kubectl: run }) => {
      await run(['run', 'alone', '--image=demo/app:1']);
      await run(['wait', '--for=condition=Ready', 'pod/alone', '--timeout=20s']);
      await run(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/alone', '--timeout=20s']);
      await run([
        'get',
        'pod/alone',
        '--no-headers',
        '-o=custom-columns=READY:.status.conditions[?(@.type=="Ready")].status',
      ]);
      await run(['delete', 'pod/alone', '--now']);
      await run(['wait', '--for=delete', 'pod/alone', '--timeout=20s']);
      await run(['wait', '--for=condition=Ready', 'pod/alone', '--timeout=1s']);
    }),
    podRow('several documents at once, and all of it again', async ({ kubectl: run }) => {
      const documents = [
        service('web'),
        deployment('web', { replicas: 0, template: template('web') }),
        configMap('x', { a: '1' }),
      ];
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents });
      await run(['apply', '-f', '-'], list);
      await run(['apply', '-f', '-'], list);
      await run(['get', 'service/web', '-o', 'jsonpath={.spec.ports}']);
      await run(['delete', '-f', '-'], list);
    }),
  ],
};
