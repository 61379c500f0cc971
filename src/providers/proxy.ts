import { BlockList, isIP } from 'node:net';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an address, or null for a direct connection. Reads `HTTP_PROXY`, `HTTPS_PROXY` and
 * `NO_PROXY`, in upper or lower case, like the original.
 *
 * Addresses inside the cluster never go through a proxy, even when `NO_PROXY` does not list them: a proxy for
 * the way out cannot know them, and a metric that is silently asked elsewhere is worse than an error. These
 * are names without a dot, names under `.svc` and `.cluster.local`, and this machine itself. Nor do those of
 * the metadata services of clouds, which hand out credentials.
 */
export function proxyFor(url: URL, environment: Environment): string | null {
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isInside(host)) return null;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = variable(environment, name);
  if (proxy === '') return null;
  const port = url.port === '' ? defaultPort(url) : url.port;
  const exceptions = variable(environment, 'NO_PROXY').split(/[\s,]+/);
  if (exceptions.some((exception) => matches(exception.toLowerCase(), host, port))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function defaultPort(url: URL): string {
  return url.protocol === 'https:' ? '443' : '80';
}

function isInside(host: string): boolean {
  const family = isIP(host);
  if (family === 4) return host.startsWith('127.') || host.startsWith('169.254.');
  if (family === 6) return host === '::1' || host.startsWith('fd00:ec2::');
  return (
    host === 'metadata.google.internal' ||
    !host.includes('.') ||
    host.endsWith('.svc') ||
    host.includes('.svc.') ||
    host.endsWith('.cluster.local')
  );
}

/**
 * One entry of `NO_PROXY`: `*`, a name with its subdomains, `.name` for these alone, an address or a range;
 * with or without a port.
 */
function matches(exception: string, host: string, port: string): boolean {
  if (exception === '') return false;
  if (exception === '*') return true;
  if (exception.includes('/')) return isInRange(host, exception);
  if (isIP(exception) !== 0) return exception === host;
  const [name = '', wantedPort] = exception.replace(/^\*(?=\.)/, '').split(':');
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  const width = Number(bits);
  if (width > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, width, type);
  return list.check(host, type);
}
