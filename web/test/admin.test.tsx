// @vitest-environment happy-dom

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { runFilter } from "../src/admin/AssetsPage";
import { duration } from "../src/admin/ages";
import { Dependencies, Workers } from "../src/admin/Installation";
import { NeedsYou } from "../src/admin/NeedsYou";
import { verbsOf } from "../src/admin/RunPage";
import { shownValue } from "../src/admin/Tiles";
import type { Group, Overview } from "../src/admin/types";
import { session } from "../src/session/session";
import { speak } from "../src/words/words";

const AT = "2026-05-06T12:00:00Z";
const NOW = Date.parse(AT) + 90_000;
const token = (role: string) => `a.${btoa(JSON.stringify({ userId: "ada", role }))}.c`;

async function draw(page: ReactNode): Promise<HTMLElement> {
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  await act(async () =>
    createRoot(host).render(
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={new QueryClient()}>{page}</QueryClientProvider>
      </I18nProvider>,
    ),
  );
  return host;
}

const group = (count: number, more: Partial<Group> = {}): Group => ({
  code: "storage_unavailable",
  engine: "libvips 8.16.1",
  advice: "Start the store.",
  count,
  atLeast: false,
  firstAt: AT,
  lastAt: AT,
  examples: [{ assetId: "0191e9a0-0000-7000-8000-00000000abcd" }],
  ...more,
});

beforeAll(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  await speak("en");
});

describe("needs you", () => {
  it("shows any number of failures as one line with its actions", async () => {
    session.signIn(token("admin"), false);
    const page = await draw(<NeedsYou groups={[group(2000), group(3, { engine: undefined, atLeast: true })]} now={NOW} />);
    const lines = [...page.querySelectorAll("article")];
    expect(lines.map((line) => line.querySelector(".what a")!.textContent)).toEqual([
      "2,000 Store did not respond – libvips 8.16.1",
      "3+ Store did not respond – no engine reported",
    ]);
    expect(lines.map((line) => line.querySelectorAll("button").length)).toEqual([2, 2]);
    expect(lines[1]!.querySelector(".what a")!.getAttribute("href")).toBe("/admin/assets?failed=true&code=storage_unavailable&engine=");
  });

  it.each([
    ["viewer", 0],
    ["operator", 1],
    ["admin", 2],
  ])("offers a %s what the role may do", async (role, buttons) => {
    session.signIn(token(role), false);
    const page = await draw(<NeedsYou groups={[group(1)]} now={NOW} />);
    expect(page.querySelectorAll("article button").length).toBe(buttons);
  });
});

describe("installation", () => {
  const overview = {
    dependencies: [
      { name: "scanner signatures", status: "warn", since: AT, ageSeconds: 7200 },
      { name: "new-thing", status: "fail", since: AT },
    ],
    workers: [{ name: "worker-1 (0.1.0)", places: 4, holds: [{ assetId: "0191e9a0-0000-7000-8000-00000000abcd", since: AT }, { since: AT }] }],
  } as unknown as Overview;

  it("shows since when, and the age of the signatures", async () => {
    const page = await draw(<Dependencies overview={overview} now={NOW} />);
    expect([...page.querySelectorAll("tr")].map((row) => row.textContent)).toEqual([
      "Scanner signaturesneeds attentionsince 1 min · signatures 2 h old",
      "new-thingdownsince 1 min",
    ]);
  });

  it("shows what a worker holds, and hides the assets of other tenants", async () => {
    const page = await draw(<Workers overview={overview} now={NOW} />);
    expect(page.querySelector("li")!.textContent).toBe("worker-1 (0.1.0) 2 of 4 places00abcd 1 minanother tenant's 1 min");
  });
});

describe("figures", () => {
  it("says a length of time in one unit", () => {
    expect([0, 59, 61, 7200, 172_800].map(duration)).toEqual(["0 s", "59 s", "1 min", "2 h", "2 days"]);
  });

  it("shows no figure that was not measured", () => {
    expect(shownValue("webhooksBehind", { atLeast: false, minutes: [] }, "Not measured")).toBe("Not measured");
    expect(shownValue("oldestWaiting", { value: 0, atLeast: false, minutes: [] }, "-")).toBe("0 s");
    expect(shownValue("failed", { value: 10_000, atLeast: true, minutes: [] }, "-")).toBe("10,000+");
  });
});

describe("runs", () => {
  it("takes the filter of the list", () => {
    expect(runFilter(new URLSearchParams("failed=true&code=internal&engine=&ownerId=&x=1"))).toEqual({ code: "internal", engine: "" });
    expect(runFilter(new URLSearchParams("failed=true"))).toEqual({ all: true });
  });

  it("offers what a state allows", () => {
    expect(verbsOf({ state: "running" }, NOW)).toEqual(["pause", "cancel"]);
    expect(verbsOf({ state: "completed", rollbackUntil: new Date(NOW + 1).toISOString() }, NOW)).toEqual(["rollback"]);
    expect(verbsOf({ state: "completed", rollbackUntil: AT }, NOW)).toEqual([]);
  });
});
