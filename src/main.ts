import { setFlagsFromString } from 'node:v8';
import { startController } from './shell/controller.ts';
import { parseSettings } from './shell/flags.ts';
import { makeLog } from './shell/log.ts';
import { serve } from './shell/server.ts';
import { openSurroundings } from './shell/surroundings.ts';

// Mostly caches: a heap that grows in smaller steps is a third smaller, for a tenth more time in the
// collector.
setFlagsFromString('--heap-growing-percent=60');

const settings = parseSettings(process.argv.slice(2), process.env);
const log = makeLog({ level: settings.logLevel, format: settings.logFormat });
for (const flag of settings.ignored) log.warn({ flag }, 'a flag without effect here');
const controller = await openSurroundings(settings)
  .then((surroundings) => startController(surroundings, settings, log))
  .catch(giveUp);
const health = await serve(settings.healthzPort, {
  '/healthz': controller.health,
  '/readyz': () =>
    controller.isReady() ? { status: 200, body: 'ok\n' } : { status: 503, body: 'caches are filling\n' },
}).catch(giveUp);
const metrics = await serve(settings.metricsPort, { '/metrics': controller.metrics }).catch(giveUp);
log.info(
  { version: settings.version, healthzPort: health.port, metricsPort: metrics.port },
  'sluice has started',
);

function giveUp(error: unknown): never {
  log.fatal({ error: error instanceof Error ? error.message : String(error) }, 'cannot start');
  process.exit(1);
}

let stopping = false;
async function stop(why: string, code: number): Promise<void> {
  if (stopping) process.exit(code);
  stopping = true;
  log.info({ why }, 'stopping');
  await controller.stop();
  await Promise.all([health.close(), metrics.close()]);
  process.exit(code);
}
process.on('SIGTERM', () => void stop('SIGTERM', 0));
process.on('SIGINT', () => void stop('SIGINT', 0));
// Nothing may be written any more, and there is nothing to give back: whoever leads now must not wait for us.
// Ending in order would also cancel requests of a process that was asleep, and then HTTP/2 of Node 26.10 can
// loop for ever: in nghttp2_session_mem_send below Http2Stream::SubmitRstStream.
void controller.lost.then((why) => {
  log.error({ why }, 'stopping at once');
  process.exit(1);
});
