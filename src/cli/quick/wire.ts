import {
  Agent as HttpAgent,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import type { Dispatcher } from 'undici';
import type { PlainConfig } from './kubeconfig.ts';

/** What a request of the whole client says, as far as it is heard here. */
type Asked = Dispatcher.RequestOptions;

/**
 * Connections over HTTP/1.1 by Node's own means, for a handful of calls: nothing to load, and kept open
 * between them. Of undici's interface it has what `RestClient` uses.
 */
export class QuickWire {
  readonly #server: URL;
  readonly #agent: HttpAgent;
  readonly #send: typeof overHttp;

  constructor({ server, tls }: Pick<PlainConfig, 'server' | 'tls'>) {
    this.#server = new URL(server);
    const isSecure = this.#server.protocol === 'https:';
    this.#agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
    this.#send = isSecure ? overHttps : overHttp;
  }

  /** Sends a request; resolves when the answer begins. Rejects with the transport's own error. */
  request(
    asked: Asked,
  ): Promise<Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { body: IncomingMessage }> {
    const { hostname, port } = this.#server;
    const body = asked.body as string | null | undefined;
    const options: RequestOptions = {
      agent: this.#agent,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: asked.path,
      method: asked.method,
      headers: { ...(asked.headers as Record<string, string>), ...length(body) },
      ...(asked.signal instanceof AbortSignal ? { signal: asked.signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = this.#send(options, (answer) => {
        resolve({ statusCode: answer.statusCode ?? 0, headers: answer.headers, body: answer });
      });
      sent.once('error', reject);
      sent.end(body ?? undefined);
    });
  }

  /** Cuts all connections. */
  destroy(): void {
    this.#agent.destroy();
  }
}

function length(body: string | null | undefined): Readonly<Record<string, string>> {
  return typeof body === 'string' ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
}
