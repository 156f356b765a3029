import assert from "node:assert/strict";
import { test } from "node:test";
import { photo, until } from "./server.mjs";
import { file, useServer } from "./setup.mjs";

const context = useServer({ Uploads__UrlSeconds: "2" });

test("a file whose URL expires in the queue gets another one when its turn comes", async () => {
  let isPaused = false;
  const pause = () => !isPaused && ((isPaused = true), task.pause());
  const task = context.client().uploadAll([file(photo, "1.jpg"), file(photo, "2.jpg")], { concurrency: 1, onFile: ({ index, id }) => index === 0 && id && pause() });
  await until(() => context.proxy.count("POST", "/api/upload/presigned-urls") === 1);
  const { items } = await until(async () => {
    const page = await context.client().list({ status: "pending" });
    return page.items.length === 2 && page;
  });
  const requested = Math.max(...items.map((asset) => Date.parse(asset.createdAt)));
  await until(() => Date.now() > requested + 3000);
  task.resume();

  const results = await task;

  assert.deepEqual(results.map((result) => result.status), ["fulfilled", "fulfilled"]);
  for (const { value } of results) assert.ok(context.proxy.count("POST", `/api/upload/${value.id}/url`) >= 1);
  assert.deepEqual(new Set(results.map((result) => result.value.id)), new Set(items.map((asset) => asset.id)));
});
