import assert from "node:assert/strict";
import { test } from "node:test";
import { isFinal } from "../dist/index.js";
import { photo } from "./server.mjs";
import { file, useServer } from "./setup.mjs";

const context = useServer({ Events__StreamsPerUser: "2" });

test("many assets are awaited together, in the order of the ids", async () => {
  const client = context.client();
  const results = await client.uploadAll(Array.from({ length: 5 }, (_, index) => file(photo, `${index}.jpg`)));
  const ids = results.map((result) => result.value.id).reverse();

  const assets = await client.waitAll(ids);

  assert.deepEqual(assets.map((asset) => asset.id), ids);
  assert.ok(assets.every((asset) => asset.status === "ready"));
  assert.deepEqual((await client.wait(ids[0])).id, ids[0]);
  assert.deepEqual(await client.waitAll([]), []);
});

test("a wait uses the stream when the server holds no more requests, and ends in time", async () => {
  const client = context.client();
  const pending = await client.http.json("/api/upload/presigned-url", { body: { filename: "a.jpg", contentType: "image/jpeg", fileSize: 9 } });
  const stop = new AbortController();
  const others = [1, 2].map(() => client.wait(pending.id, { signal: stop.signal }).catch(() => {}));

  await assert.rejects(client.wait(pending.id, { timeout: 1500 }), { code: "not_finished" });

  stop.abort();
  await Promise.all(others);
});

test("assets are listed page by page, read, reprocessed and deleted", async () => {
  const client = context.client({ token: context.server.token("grace") });
  const results = await client.uploadAll([file(photo, "1.jpg"), file(photo, "2.jpg"), file(photo, "3.jpg")], { wait: true });
  const [first] = results.map((result) => result.value.id);

  const names = [];
  for await (const asset of client.assets({ limit: 2 })) names.push(asset.filename);
  assert.deepEqual(names.sort(), ["1.jpg", "2.jpg", "3.jpg"]);
  assert.equal((await client.batch(results[0].value.batchId)).total, 3);
  assert.equal((await client.list({ ids: [first] })).items.length, 1);
  assert.ok((await client.timeline(first)).events.length > 2);
  const { revision } = await client.reprocess(first);
  assert.equal((await client.wait(first)).revision, revision);
  assert.equal((await client.keep([first]))[0].success, true);
  const redirect = await fetch(client.imageUrl(first, { w: 320, format: "webp" }), { redirect: "manual" });
  assert.equal(redirect.status, 302);
  const { url } = await client.downloadUrl(first, { variant: "w320", format: "webp", expiresIn: 60 });
  assert.equal((await fetch(url)).status, 200);
  assert.match((await client.picture(first, { sizes: "50vw", alt: "<b>" })).html, /^<picture>.*alt="&lt;b&gt;"/s);
  assert.equal((await client.setVisibility(first, "private")).visibility, "private");
  const limits = await client.limits();
  assert.ok(limits.maxBytes > 0 && limits.quotas.some(({ limit }) => limit === "user_bytes_stored"));
  await client.delete(first);
  assert.equal((await client.asset(first)).status, "deleted");
});

test("uploads of another program are confirmed in groups of 100", async () => {
  const client = context.client();
  const { id, uploadUrl, headers } = await client.http.json("/api/upload/presigned-url", { body: { filename: "a.jpg", contentType: "image/jpeg", fileSize: photo.length }, creates: true });
  await fetch(uploadUrl, { method: "PUT", headers, body: photo });
  const unknown = "00000000-0000-7000-8000-000000000000";

  const results = await client.confirm([id, ...Array.from({ length: 100 }, () => unknown)]);

  assert.equal(results.length, 101);
  assert.equal(results[0].success, true);
  assert.equal(results[1].error.code, "not_found");
  assert.equal(results[100].error.code, "not_found");
});

test("an error has code, status and the fields that are wrong", async () => {
  await assert.rejects(context.client().http.json("/api/upload/presigned-url", { body: { contentType: "image/jpeg" } }), (error) => {
    assert.equal(error.code, "invalid_request");
    assert.equal(error.status, 400);
    assert.deepEqual(Object.keys(error.errors).sort(), ["fileSize", "filename"]);
    return true;
  });
  await assert.rejects(context.client({ token: context.server.token("other") }).asset("00000000-0000-7000-8000-000000000000"), { code: "not_found", status: 404 });
  await assert.rejects(context.client({ baseUrl: "http://localhost:9", tries: 2 }).list(), { code: "unreachable", status: 0 });
});

test("a token function is called again after a 401", async () => {
  let calls = 0;
  const client = context.client({ token: async () => (++calls === 1 ? "old" : context.server.token()) });
  assert.ok((await client.list()).items);
  assert.equal(calls, 2);
  await assert.rejects(context.client({ token: () => "old" }).list(), { code: "unauthorized", status: 401 });
});

test("an asset with a revision in work is not final", () => {
  assert.equal(isFinal({ status: "ready" }), true);
  assert.equal(isFinal({ status: "ready", work: { revision: 2, status: "queued", attempt: 1 } }), false);
  assert.equal(isFinal({ status: "processing" }), false);
});
