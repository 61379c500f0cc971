import type { Paint } from '../text/paint.ts';
import { cell, table } from '../text/table.ts';
import type { Folder } from './folder.ts';
import { APP, HOST } from './names.ts';
import type { Stage } from './stage.ts';

/** What one can do while the demo goes on. */
export function invitation(folder: Folder, { proxy, prometheus }: Stage, paint: Paint): readonly string[] {
  const file = `${folder.repository}/rollout.yaml`;
  const rows = [
    [`export KUBECONFIG=${folder.kubeconfig}`, 'in another terminal; it is gone when the demo ends'],
    ['kubectl get ro,rs,pods', ''],
    [`kubectl sluice get rollout ${APP} -w`, 'from a checkout: npm run -s sluice -- get rollout ...'],
    [`kubectl sluice explain ${APP}`, 'how it is, why, and what comes next'],
    [`$EDITOR ${file}`, 'another tag of the image; its first lines say which there are'],
    [`git -C ${folder.repository} commit -am 'My release'`, 'is applied at once'],
    [`kubectl sluice abort ${APP}`, ''],
    [`curl -H 'Host: ${HOST}' ${proxy.url}/`, 'as users do'],
    [`curl '${prometheus.url}/api/v1/query?query=http_requests_total'`, ''],
  ];
  return [
    paint('title', 'It goes on, with traffic, until Ctrl-C. To try:'),
    ...table(
      rows.map(([command = '', effect = '']) => [cell(`  ${command}`), cell(effect, 'dim')]),
      paint,
    ),
  ];
}
