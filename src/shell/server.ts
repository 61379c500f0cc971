import { createServer, type Server } from 'node:http';

/** An answer to a GET: status, content type and body. */
export interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** A small HTTP server of fixed pages, such as /metrics and /healthz. Port 0 takes a free one. */
export async function serve(
  port: number,
  pages: Readonly<Record<string, () => Page | Promise<Page>>>,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    void Promise.try(page ?? notFound)
      .catch((error: unknown) => ({ status: 500, body: String(error) }))
      .then((answer: Page) => {
        response.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain; charset=utf-8' });
        response.end(answer.body);
      });
  });
  // Nobody needs long to ask for a page.
  server.requestTimeout = 10_000;
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notFound(): Page {
  return { status: 404, body: 'not found\n' };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve());
  });
}
