// An HTTP proxy that injects faults, and keeps a record of the requests.
import { createServer, request as forward } from "node:http";

/**
 * Starts a proxy in front of `target()`. `faults` are asked in order about each request; the first that returns something decides:
 * `{ status, headers, body }` answers instead of the server, "lose" forwards the request and drops the answer, "reset" drops the
 * request, and a promise holds the request until it resolves.
 */
export async function startProxy(target) {
  const faults = [];
  const requests = [];
  let puts = 0;
  let mostPuts = 0;
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const record = { method, url, path: url.split("?")[0], headers };
    requests.push(record);
    if (method === "PUT") {
      mostPuts = Math.max(mostPuts, ++puts);
      response.once("close", () => puts--);
    }
    let fault;
    for (const ask of faults) if ((fault = ask(record, request, response)) !== undefined) break;
    fault = await fault;
    if (request.destroyed && !request.complete) return;
    if (fault === "reset") return request.socket.destroy();
    if (typeof fault === "object") {
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const { hostname, port } = new URL(target());
    const onward = forward({ hostname, port, method, path: url, headers }, (answer) => {
      if (fault === "lose") {
        answer.resume().on("end", () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders(); // a stream's headers come before its first message
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://localhost:${server.address().port}`,
    faults,
    requests,
    get mostPuts() {
      return mostPuts;
    },
    count: (method, path) => requests.filter((one) => one.method === method && (typeof path === "string" ? one.path === path : path.test(one.path))).length,
    /** Answers the next `times` requests that match with `fault`. */
    next(method, path, fault, times = 1) {
      faults.push((one) => (one.method === method && (typeof path === "string" ? one.path === path : path.test(one.path)) && times-- > 0 ? (typeof fault === "function" ? fault(one) : fault) : undefined));
    },
    /** Holds the first PUTs until some are open at once. */
    gather(puts) {
      let open;
      let count = 0;
      const all = new Promise((resolve) => (open = resolve));
      faults.push((one) => (one.method === "PUT" && ++count <= puts ? (count === puts && open(), all) : undefined));
    },
    clear() {
      faults.length = requests.length = mostPuts = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
