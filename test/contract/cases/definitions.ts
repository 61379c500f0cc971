import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import type { Fields } from '../objects.ts';
import type { Session } from '../session.ts';
import { columns, schema, specs } from './widgets.ts';

/** A definition in a group of its own for each case: they belong to the whole cluster. */
function definition({ namespace }: Session, version: Fields = {}, more: Fields = {}): Fields {
  const group = `${namespace}.test`;
  const v1 = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.size',
        statusReplicasPath: '.status.size',
        labelSelectorPath: '.status.selector',
      },
    },
    additionalPrinterColumns: columns,
    ...version,
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        plural: 'widgets',
        singular: 'widget',
        kind: 'Widget',
        shortNames: ['wd'],
        categories: ['all'],
      },
      versions: [v1],
      ...more,
    },
  };
}

const isEstablished = (body: KubeObject): boolean =>
  ((valueAt(body, 'status.conditions') ?? []) as readonly Fields[]).some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );

interface Widgets {
  readonly path: string;
  readonly of: (spec: Fields, more?: Fields) => Fields;
}

/** Installs a definition and waits until it is served. */
async function install(session: Session, version: Fields = {}, more: Fields = {}): Promise<Widgets> {
  const { aside, namespace } = session;
  await aside.post('customresourcedefinitions', definition(session, version, more));
  await aside.until(`customresourcedefinitions/widgets.${namespace}.test`, isEstablished);
  const path = `/apis/${namespace}.test/v1/namespaces/${namespace}/widgets`;
  await aside.until(path, (_, code) => code === 200);
  const of = (spec: Fields, rest: Fields = {}): Fields => ({
    apiVersion: `${namespace}.test/v1`,
    kind: 'Widget',
    metadata: { name: 'x' },
    spec,
    ...rest,
  });
  return { path, of };
}

const status = { show: ({ status: own }: KubeObject) => own };

/** CustomResourceDefinitions: installing, validation, defaults, pruning, columns; and our own. */
export const definitions: Topic = {
  name: 'definitions',
  cases: [
    row('installing', async (session) => {
      const name = `customresourcedefinitions/widgets.${session.namespace}.test`;
      await session.send('POST', 'customresourcedefinitions', definition(session));
      await session.until(name, isEstablished);
      await session.until(`/apis/${session.namespace}.test/v1`, (_, code) => code === 200);
      await session.get(`/apis/${session.namespace}.test`);
      await session.send('POST', 'customresourcedefinitions', definition(session));
      await session.send('DELETE', name, undefined, status);
      await session.until(name, (_, code) => code === 404, { seconds: 60 });
      await session.until(`/apis/${session.namespace}.test/v1/widgets`, (_, code) => code === 404, {
        seconds: 60,
      });
    }),
    row('widgets of all sorts', async (session) => {
      const { path, of } = await install(session);
      for (const [i, [as, spec]] of Object.entries(specs).entries()) {
        await session.post(path, of(spec, { metadata: { name: `w-${i}` } }), { as });
      }
    }),
    row('a widget without its spec, and of another shape', async (session) => {
      const { path, of } = await install(session);
      await session.post(path, { ...of({}), spec: undefined });
      await session.post(path, { ...of({}), spec: 'text' });
      await session.post(path, { ...of({ size: 1 }), extra: 1 });
      await session.post(path, { ...of({ size: 1 }), metadata: 'text' });
      await session.post(path, { ...of({ size: 1 }), metadata: { name: 'y', labels: { a: 1 } } });
    }),
    row('status, scale and table of a widget', async (session) => {
      const { path, of } = await install(session);
      await session.aside.post(path, of({ size: 2 }));
      await session.patch(`${path}/x/status`, 'merge', {
        status: { phase: 'Good', size: 2, selector: 'a=b' },
      });
      await session.patch(`${path}/x/status`, 'merge', { status: { phase: 5 } });
      await session.get(`${path}/x/scale`);
      await session.patch(`${path}/x/scale`, 'merge', { spec: { replicas: 3 } });
      await session.patch(`${path}/x/scale`, 'merge', { spec: { replicas: 10 } });
      await session.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
      await session.get(`${path}/x`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    }),
    row('apply of a widget', async (session) => {
      const { path, of } = await install(session);
      const apply = (manager: string, spec: Fields) =>
        session.patch(`${path}/x?fieldManager=${manager}`, 'apply', of(spec));
      await apply('a', { size: 1, ports: [{ port: 1, label: 'a' }], tags: ['a'] });
      await apply('b', { size: 1, ports: [{ port: 2, label: 'b' }], tags: ['b'] });
      await apply('b', { size: 2, ports: [{ port: 1, label: 'b' }] });
      await apply('a', { size: 1 });
      await apply('a', { size: 1, shape: 'round' });
      await apply('a', { size: 0 });
    }),
    row('no status and no scale', async (session) => {
      const { path, of } = await install(session, {
        subresources: undefined,
        additionalPrinterColumns: undefined,
      });
      await session.post(path, of({ size: 1 }, { status: { phase: 'Good' } }));
      await session.get(`${path}/x/status`);
      await session.patch(path.concat('/x'), 'merge', { status: { phase: 'Bad' } });
      await session.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    }),
    row('a definition that changes', async (session) => {
      const { path, of } = await install(session);
      const name = `customresourcedefinitions/widgets.${session.namespace}.test`;
      await session.aside.post(path, of({ size: 9 }));
      const size = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum';
      await session.aside.patch(name, 'json', [{ op: 'replace', path: size, value: 5 }]);
      await session.pass(1500);
      await session.post(path, { ...of({ size: 7 }), metadata: { name: 'y' } });
      await session.get(`${path}/x`, { show: ({ spec }) => spec });
      await session.patch(
        `${path}/x`,
        'merge',
        { metadata: { labels: { a: 'b' } } },
        { show: ({ spec }) => spec },
      );
      await session.patch(`${path}/x`, 'merge', { spec: { size: 8 } });
      await session.patch(name, 'merge', { spec: { scope: 'Cluster' } });
      await session.patch(name, 'merge', { spec: { names: { plural: 'others' } } });
    }),
    row('definitions that are refused', async (session) => {
      const create = (version: Fields, more: Fields = {}) =>
        session.send('POST', 'customresourcedefinitions?dryRun=All', definition(session, version, more));
      await session.send('POST', 'customresourcedefinitions?dryRun=All', {
        ...definition(session),
        metadata: { name: `gadgets.${session.namespace}.test` },
      });
      await create({ schema: undefined });
      await create({ storage: false });
      await create({ name: 'V 1' });
      await create({ schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } });
      await create({}, { scope: 'Galaxy' });
      await create({}, { group: '' });
      await create({}, { versions: [] });
    }),
    row('a definition whose names are taken', async (session) => {
      await install(session);
      const other = definition(
        session,
        {},
        {
          names: { plural: 'gadgets', singular: 'gadget', kind: 'Widget', shortNames: ['wd'] },
        },
      );
      const name = `gadgets.${session.namespace}.test`;
      await session.aside.post('customresourcedefinitions', { ...other, metadata: { name } });
      await session.until(
        `customresourcedefinitions/${name}`,
        (body) => ((valueAt(body, 'status.conditions') ?? []) as readonly Fields[]).length > 0,
        status,
      );
    }),
    row('two versions, one of them stored', async (session) => {
      const base = definition(session) as { readonly spec: { readonly versions: readonly Fields[] } };
      const [v1 = {}] = base.spec.versions;
      const v2 = { ...v1, name: 'v2', storage: false, deprecated: true };
      const { path, of } = await install(session, {}, { versions: [v1, v2] });
      await session.post(path, of({ size: 1 }));
      await session.get(path.replace('/v1/', '/v2/').concat('/x'));
      await session.patch(path.replace('/v1/', '/v2/').concat('/x'), 'merge', { spec: { size: 2 } });
      await session.get(`/apis/${session.namespace}.test`);
    }),
    row('deleting one with objects', async (session) => {
      const { path, of } = await install(session);
      const name = `customresourcedefinitions/widgets.${session.namespace}.test`;
      await session.aside.post(
        path,
        of({ size: 1 }, { metadata: { name: 'x', finalizers: ['a.test/wait'] } }),
      );
      await session.send('DELETE', name, undefined, { show: () => 'deleted' });
      await session.until(`${path}/x`, ({ metadata }) => metadata.deletionTimestamp !== undefined);
      await session.until(
        name,
        (body) => JSON.stringify(valueAt(body, 'status')).includes('InstanceDeletionInProgress'),
        status,
      );
      await session.post(path, { ...of({ size: 1 }), metadata: { name: 'y' } });
      await session.aside.patch(`${path}/x`, 'merge', { metadata: { finalizers: null } });
      await session.until(name, (_, code) => code === 404, { seconds: 60 });
    }),
    row('our own definitions', async ({ get }) => {
      const shown = {
        show: ({ metadata, spec, status: own }: KubeObject) => [
          metadata.name,
          valueAt(spec, 'names'),
          valueAt(spec, 'conversion'),
          valueAt(spec, 'versions.0.subresources'),
          valueAt(spec, 'versions.0.additionalPrinterColumns'),
          own,
        ],
      };
      for (const plural of [
        'rollouts',
        'analysisruns',
        'analysistemplates',
        'clusteranalysistemplates',
        'experiments',
      ]) {
        await get(`customresourcedefinitions/${plural}.argoproj.io`, shown);
      }
    }),
  ],
};
