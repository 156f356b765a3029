import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { typesOf } from "../scripts/types.mjs";
import { useServer } from "./setup.mjs";

const context = useServer();

test("src/schema.ts is what the server's OpenAPI document says; APPROVE=1 npm test writes it again", async () => {
  const path = new URL("../src/schema.ts", import.meta.url);
  const current = await typesOf(await (await fetch(`${context.server.address}/openapi/v1.json`)).json());
  if (process.env.APPROVE === "1") writeFileSync(path, current);
  assert.ok(readFileSync(path, "utf8") === current, "run APPROVE=1 npm test in clients/typescript and commit src/schema.ts");
});
