import assert from "node:assert/strict";
import { test } from "node:test";
import { photo } from "./server.mjs";
import { file, useServer } from "./setup.mjs";

const context = useServer();

test("the events of an asset come until it is final", async () => {
  const client = context.client();
  const { id } = await client.upload(file(photo));
  const types = [];
  for await (const event of client.events({ asset: id })) if (!event.step) types.push(event.type);
  assert.equal(types.at(-1), "asset.ready");
});

test("a stream that breaks goes on where it was, without loss or repeat", async () => {
  const client = context.client();
  const user = { token: context.server.token("linus") };
  const results = await context.client(user).uploadAll(Array.from({ length: 3 }, (_, index) => file(photo, `${index}.jpg`)), { wait: true });
  const { events: [first] } = await context.client(user).http.json("/api/events?limit=1");
  let streams = 0;
  context.proxy.faults.push((one, _, response) => {
    if (one.path !== "/api/events/stream" || ++streams > 2) return;
    const write = response.write.bind(response);
    // Ends in the middle of the second or third write: a stream can break anywhere.
    let writes = 0;
    response.write = (chunk, ...rest) => (++writes > 1 ? (write(chunk.subarray(0, chunk.length >> 1)), response.destroy(), false) : write(chunk, ...rest));
  });

  const ids = [];
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const event of context.client(user).events({ after: first.id, signal: stop.signal })) {
      ids.push(event.id);
      if (ids.length === 7) stop.abort(new Error("all"));
    }
  }, { message: "all" });

  const { events } = await context.client(user).http.json(`/api/events?after=${first.id}`);
  assert.equal(results.length, 3);
  assert.deepEqual(ids, events.slice(0, 7).map((event) => event.id));
  assert.ok(client);
});

test("an unknown event is a reset, and the current state follows", async () => {
  const client = context.client();
  const { id } = await client.upload(file(photo), { wait: true });
  const types = [];
  for await (const event of client.events({ asset: id, after: "evt_00000000000070008000000000000000_1" })) types.push(event.type);
  assert.deepEqual(types, ["reset", "asset.ready"]);
});

test("a refusal that no repetition changes is an error", async () => {
  const read = async (options, to) => {
    for await (const _ of to.events(options)) assert.fail("no event");
  };
  await assert.rejects(read({ asset: "00000000-0000-7000-8000-000000000000" }, context.client()), { code: "not_found" });
  await assert.rejects(read({}, context.client({ token: "none" })), { code: "unauthorized" });
});

test("a busy server is asked again after its Retry-After", async () => {
  const client = context.client();
  const { id } = await client.upload(file(photo), { wait: true });
  context.proxy.next("GET", `/api/assets/${id}/events`, { status: 503, headers: { "Retry-After": "0" } });
  const types = [];
  for await (const event of client.events({ asset: id })) types.push(event.type);
  assert.deepEqual(types, ["asset.ready"]);
});
