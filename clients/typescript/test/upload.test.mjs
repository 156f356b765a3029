import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PipelineError } from "../dist/index.js";
import { fileSource } from "../dist/node.js";
import { photo, until } from "./server.mjs";
import { file, useServer } from "./setup.mjs";

const context = useServer();
const isPut = /^(?!\/api)/;
const eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

test("a photo is uploaded with progress, confirmed and awaited", async () => {
  const progress = [];
  const uploaded = await context.client().upload(file(photo), { wait: true, onProgress: (one) => progress.push(one) });

  assert.equal(uploaded.asset.status, "ready");
  assert.equal(uploaded.asset.filename, "photo.jpg");
  assert.ok(uploaded.asset.variants.length > 0);
  assert.deepEqual(progress[0], { sent: 0, total: photo.length });
  assert.deepEqual(progress.at(-1), { sent: photo.length, total: photo.length });
});

test("the progress is that of the bytes on their way", async () => {
  const sent = [];
  await context.client().upload(file(new Uint8Array(1_000_000)), { onProgress: (progress) => sent.push(progress.sent) });

  assert.ok(sent.length > 5);
  assert.deepEqual(sent, [...sent].sort((a, b) => a - b));
});

test("a file on disk is uploaded from its path", async () => {
  const path = join(tmpdir(), `pipeline-${process.pid}.jpg`);
  writeFileSync(path, photo);
  try {
    const { asset } = await context.client().upload(await fileSource(path), { wait: true });
    assert.deepEqual([asset.status, asset.size, asset.contentType], ["ready", photo.length, "image/jpeg"]);
  } finally {
    rmSync(path);
  }
});

test("an infected file ends as a rejected asset, and its neighbour as a ready one", async () => {
  const results = await context.client().uploadAll([file(eicar), file(photo)], { wait: true });

  assert.equal(results[0].value.asset.status, "rejected");
  assert.equal(results[0].value.asset.rejection.code, "infected");
  assert.equal(results[1].value.asset.status, "ready");
});

test("150 files are two presigned batches, three PUTs at a time, and keep their order", async () => {
  const files = Array.from({ length: 150 }, (_, index) => file(`no image ${index}`, `${index}.jpg`));
  const seen = new Set();
  context.proxy.gather(3);
  const results = await context.client().uploadAll(files, { fields: { temporary: true }, onFile: ({ index, state }) => state === "confirmed" && seen.add(index) });

  assert.deepEqual(results.map((result) => result.status), files.map(() => "fulfilled"));
  assert.equal(new Set(results.map((result) => result.value.id)).size, 150);
  assert.equal(seen.size, 150);
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-urls"), 2);
  assert.equal(context.proxy.mostPuts, 3);
  const last = await context.client().asset(results[149].value.id);
  assert.deepEqual([last.filename, last.temporary], ["149.jpg", true]);
});

test("a refused file has its own error and does not stop the others", async () => {
  const results = await context.client().uploadAll([file("x"), file("x", "a.txt", "text/plain"), file("y"), file(new Uint8Array(11 * 1024 * 1024))]);

  assert.deepEqual(results.map((result) => result.reason?.code ?? result.status), ["fulfilled", "unsupported_type", "fulfilled", "too_large"]);
  assert.ok(results[3].reason instanceof PipelineError);
  assert.equal(results[3].reason.problem.maxSize, 10 * 1024 * 1024);
});

test("a failure of a batch is that of all its files, after one round of attempts", async () => {
  context.proxy.next("POST", "/api/upload/presigned-urls", { status: 500 }, 100);
  const results = await context.client({ tries: 2 }).uploadAll(Array.from({ length: 50 }, () => file("x")));

  assert.deepEqual(new Set(results.map((result) => result.reason.status)), new Set([500]));
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-urls"), 2);
});

test("each request is repeated when its answer is lost, and a presign has the same key in each attempt", async () => {
  const presign = "/api/upload/presigned-url";
  for (const [method, path] of [["POST", presign], ["PUT", isPut], ["POST", "/api/upload/confirm"]]) context.proxy.next(method, path, "lose", 2);

  const { asset } = await context.client().upload(file(photo, "lost.jpg"), { wait: true });

  assert.equal(asset.status, "ready");
  const keys = context.proxy.requests.filter((one) => one.path === presign).map((one) => one.headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.match(keys[0], /^"[\w-]{20,}"$/);
  assert.equal(new Set(keys).size, 1);
  assert.equal((await context.client().list({ status: "pending" })).items.filter((one) => one.filename === "lost.jpg").length, 0, "no second asset was made");
});

test("each request is repeated after 500, 503 and a reset, and Retry-After is obeyed", async () => {
  for (const [method, path] of [["POST", "/api/upload/presigned-url"], ["PUT", isPut], ["POST", "/api/upload/confirm"]]) {
    context.proxy.next(method, path, { status: 503, headers: { "Retry-After": "1" } });
    context.proxy.next(method, path, { status: 500 });
    context.proxy.next(method, path, "reset");
  }
  const started = Date.now();
  const { status } = await context.client({ tries: 4 }).upload(file(photo));

  assert.match(status, /queued|processing|ready/);
  assert.ok(Date.now() - started >= 2000, "two API requests waited as they were asked to");
});

test("an attempt too many is an error with the code of the last one", async () => {
  context.proxy.next("POST", "/api/upload/presigned-url", { status: 500 }, 3);
  await assert.rejects(context.client({ tries: 3 }).upload(file(photo)), { name: "PipelineError", status: 500, code: "unexpected_response" });
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-url"), 3);
});

test("a Retry-After that is too long is an error that tells it", async () => {
  const body = JSON.stringify({ code: "rate_limited", detail: "Wait.", status: 429 });
  context.proxy.next("POST", "/api/upload/presigned-url", { status: 429, headers: { "Retry-After": "3600", "Content-Type": "application/problem+json" }, body });
  await assert.rejects(context.client().upload(file(photo)), { code: "rate_limited", status: 429, retryAfter: 3600, message: "Wait." });
});

test("a URL that the store calls expired is replaced, for the same asset", async () => {
  context.proxy.next("PUT", isPut, { status: 403, headers: { "Content-Type": "application/xml" }, body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>" });
  const { id } = await context.client().upload(file(photo));

  assert.equal(context.proxy.count("POST", `/api/upload/${id}/url`), 1);
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-url"), 1);
});

test("a pause stops the PUT, and resume sends the file again", async () => {
  let release;
  context.proxy.next("PUT", isPut, () => new Promise((resolve) => (release = resolve)));
  const task = context.client().upload(file(photo));
  await until(() => release);
  task.pause();
  release("reset");
  let isDone = false;
  task.then(() => (isDone = true));
  const other = await context.client().upload(file("another upload goes on"));
  assert.ok(other.id);
  assert.equal(isDone, false);

  task.resume();
  assert.match((await task).status, /queued|processing|ready/);
});

test("a pause keeps the files that wait from beginning", async () => {
  const task = context.client().uploadAll([file("1"), file("2")], { concurrency: 1 });
  task.pause();
  await context.client().list();
  assert.equal(context.proxy.count("POST", "/api/upload/presigned-urls"), 0);
  task.resume();
  assert.deepEqual((await task).map((result) => result.status), ["fulfilled", "fulfilled"]);
});

test("a signal ends an upload with its reason", async () => {
  const stop = new AbortController();
  context.proxy.next("PUT", isPut, () => (stop.abort(new Error("enough")), new Promise(() => {})));
  await assert.rejects(context.client().upload(file(photo), { signal: stop.signal }), { message: "enough" });
  assert.equal(context.proxy.count("POST", "/api/upload/confirm"), 0);
  await assert.rejects(context.client().upload(file(photo), { signal: stop.signal }), { message: "enough" });
});

test("a cancelled upload is deleted at the server", async () => {
  let task;
  let id;
  context.proxy.next("PUT", isPut, () => (task.cancel(), new Promise(() => {})));
  task = context.client().upload(file(photo), { onFile: (one) => (id = one.id ?? id) });
  await assert.rejects(task, { name: "AbortError" });
  await until(async () => (await context.client().asset(id)).status === "deleted");
});
