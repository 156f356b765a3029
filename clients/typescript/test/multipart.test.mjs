import assert from "node:assert/strict";
import { test } from "node:test";
import { photo, until } from "./server.mjs";
import { file, useServer } from "./setup.mjs";

const MiB = 1024 * 1024;
const context = useServer({ Uploads__Multipart__FromBytes: `${5 * MiB}`, Uploads__MaxBytes: `${40 * MiB}` });
const isPut = /^(?!\/api)/;

/** A photo with bytes after its end, as cameras write them. */
const large = (size = 17 * MiB) => Object.assign(file(Buffer.concat([photo, Buffer.alloc(size - photo.length)]), "large.jpg"), { lastModified: 1 });

function memory() {
  const items = new Map();
  return { items, getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: (key) => items.delete(key) };
}

test("a large file goes in parts, three at a time, and becomes ready", async () => {
  const store = memory();
  const sent = [];
  context.proxy.gather(3);
  const { asset } = await context.client().upload(large(), { wait: true, resume: store, onProgress: (one) => sent.push(one.sent) });

  assert.deepEqual([asset.status, asset.size], ["ready", 17 * MiB]);
  assert.equal(context.proxy.count("PUT", isPut), 4);
  assert.equal(context.proxy.mostPuts, 3);
  assert.equal(Math.max(...sent), 17 * MiB);
  assert.equal(store.items.size, 0);
});

test("large and small files go together, and a batch has both", async () => {
  const results = await context.client().uploadAll([file(photo), large(6 * MiB), file(photo, "2.jpg")], { wait: true, resume: null });

  assert.deepEqual(results.map((result) => result.value.asset.status), ["ready", "ready", "ready"]);
  assert.equal(new Set(results.map((result) => result.value.batchId)).size, 1);
});

test("an upload of an earlier visit goes on with the parts that are missing", async () => {
  const store = memory();
  const stop = new AbortController();
  let puts = 0;
  context.proxy.faults.push((one) => (one.method === "PUT" && ++puts > 2 ? (setTimeout(() => stop.abort(new Error("the tab is closed")), 0), new Promise(() => {})) : undefined));
  // One part at a time, so that two have arrived.
  await assert.rejects(context.client().upload(large(), { concurrency: 1, resume: store, signal: stop.signal }), { message: "the tab is closed" });
  const [id] = store.items.values();
  const state = await until(async () => {
    const now = await context.client().http.json(`/api/upload/multipart/${id}`);
    return now.parts.length === 2 && now;
  });
  context.proxy.clear();

  const uploaded = await context.client().upload(large(), { resume: store, wait: true });

  assert.equal(uploaded.id, id);
  assert.equal(uploaded.asset.status, "ready");
  assert.equal(context.proxy.count("PUT", isPut), state.missing.length);
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-url"), 0);
  assert.equal(store.items.size, 0);
});

test("an upload that is over at the server is begun again", async () => {
  const store = memory();
  const first = await context.client().upload(large(6 * MiB), { resume: store });
  const key = `pipeline:${context.proxy.address}:large.jpg:${6 * MiB}:1`;
  store.setItem(key, "00000000-0000-7000-8000-000000000000");
  const second = await context.client().upload(large(6 * MiB), { resume: store });
  assert.notEqual(second.id, first.id);

  store.setItem(key, second.id);
  const puts = context.proxy.count("PUT", isPut);
  const again = await context.client().upload(large(6 * MiB), { resume: store });
  assert.equal(again.id, second.id, "it is complete, and its answer was lost");
  assert.equal(context.proxy.count("PUT", isPut), puts);
});

test("parts whose answer is lost, or whose URL has expired, are sent again with another URL", async () => {
  context.proxy.next("PUT", isPut, "lose");
  context.proxy.next("PUT", isPut, { status: 403, headers: { "Content-Type": "application/xml" }, body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>" });
  context.proxy.next("PUT", isPut, { status: 503 });
  context.proxy.next("POST", /complete$/, "lose");

  const { asset } = await context.client().upload(large(), { resume: null, wait: true });

  assert.equal(asset.status, "ready");
  assert.equal(context.proxy.count("POST", /parts$/), 7);
});

test("a pause keeps the parts that have arrived", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let puts = 0;
  context.proxy.faults.push((one) => (one.method === "PUT" && ++puts === 2 ? held : undefined));
  const task = context.client().upload(large(11 * MiB), { concurrency: 1, resume: null });
  await until(() => puts === 2);
  task.pause();
  release("reset");
  task.resume();
  assert.match((await task).status, /queued|processing|ready/);
  assert.equal(puts, 4, "the first part once, the second twice, the third once");
});

test("a cancelled large upload is deleted at the server", async () => {
  let task;
  let id;
  const store = memory();
  context.proxy.next("PUT", isPut, () => (task.cancel(), new Promise(() => {})), 3);
  task = context.client().upload(large(), { resume: store, onFile: (one) => (id = one.id ?? id) });
  await assert.rejects(task, { name: "AbortError" });
  await until(async () => (await context.client().asset(id)).status === "deleted");
  assert.equal(store.items.size, 0);
});
