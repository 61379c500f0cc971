import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Host, Serve } from './place.ts';

/** Serves real HTTP on a free port of 127.0.0.1. */
export async function listen(serve: Serve): Promise<Host> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '/' } = request;
      const asked = { method, path: url, body: Buffer.concat(chunks).toString('utf8') };
      const { status, type, body } = serve(asked);
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
