// One server behind a fault proxy for a test file, and clients of it.
import { after, before, beforeEach } from "node:test";
import { createClient } from "../dist/index.js";
import { startProxy } from "./proxy.mjs";
import { startServer } from "./server.mjs";

/** Starts the server before the tests of a file. Uploads pass the proxy too. */
export function useServer(settings = {}) {
  const context = {};
  before(async () => {
    let server;
    context.proxy = await startProxy(() => server.address);
    server = context.server = await startServer({ Storage__Disk__BaseUrl: context.proxy.address, ...settings });
  });
  beforeEach(() => context.proxy.clear());
  after(async () => {
    await context.proxy?.stop();
    await context.server?.stop();
  });
  context.client = (options = {}) => createClient({ baseUrl: context.proxy.address, token: context.server.token(), firstBackoff: 10, ...options });
  return context;
}

/** A file, which Node 18 has no class for. */
export function file(bytes, name = "photo.jpg", type = "image/jpeg") {
  return Object.assign(new Blob([bytes], { type }), { name });
}
