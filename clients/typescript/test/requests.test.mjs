import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../dist/index.js";

// Records what is sent, and answers with an empty object.
function recording() {
  const sent = [];
  const client = createClient({
    baseUrl: "https://uploads.example.com/base/",
    token: "secret",
    fetch: async (url, init) => (sent.push({ url, ...init }), Response.json({})),
  });
  return { client, sent };
}

test("files and pictures are requested by name, and hostile values stay within their place", async () => {
  const { client, sent } = recording();
  await client.downloadUrl("a/b?c", { variant: "w640", expiresIn: 60 });
  await client.downloadUrl("id");
  await client.picture("id", { sizes: "(max-width: 600px) 100vw, 50vw", alt: "A & \"B\" <c>", class: "x&y=z" });

  assert.deepEqual(sent.map(({ method, url }) => `${method} ${url}`), [
    "GET https://uploads.example.com/base/api/assets/a%2Fb%3Fc/download-url?variant=w640&expiresIn=60",
    "GET https://uploads.example.com/base/api/assets/id/download-url",
    "GET https://uploads.example.com/base/api/assets/id/picture?sizes=%28max-width%3A+600px%29+100vw%2C+50vw&alt=A+%26+%22B%22+%3Cc%3E&class=x%26y%3Dz",
  ]);
  for (const { headers, url } of sent) {
    assert.equal(headers.Authorization, "Bearer secret");
    assert.ok(!url.includes("secret"), "a token is never in a URL");
  }
});

test("the address of an image needs no request", () => {
  const { client, sent } = recording();
  assert.equal(client.imageUrl("id", { w: 640, format: "webp" }), "https://uploads.example.com/base/api/assets/id/image?w=640&format=webp");
  assert.equal(client.imageUrl("id"), "https://uploads.example.com/base/api/assets/id/image");
  assert.equal(sent.length, 0);
});

test("an answer that is not of a Pipeline server is an error that says so", async () => {
  const client = createClient({ baseUrl: "https://uploads.example.com", token: "t", tries: 1, fetch: async () => new Response("<html>", { status: 404 }) });
  await assert.rejects(client.asset("id"), { code: "unexpected_response", status: 404 });
  const broken = createClient({ baseUrl: "https://uploads.example.com", token: "t", tries: 1, fetch: async () => new Response("<html>", { status: 200 }) });
  await assert.rejects(broken.asset("id"), { name: "PipelineError" });
});
