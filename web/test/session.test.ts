import { beforeEach, expect, it, vi } from "vitest";

const token = (claims: object) => `x.${btoa(JSON.stringify(claims))}.y`;

beforeEach(() => {
  vi.resetModules();
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("location", { assign: vi.fn() });
});

it("reads who a token is for", async () => {
  const { personOf } = await import("../src/session/session");
  expect(personOf(token({ userId: "ada", role: "admin" }))).toEqual({ userId: "ada", roles: ["admin"] });
  expect(personOf(token({ sub: "ada", role: ["viewer", 5] }))).toEqual({ userId: "ada", roles: ["viewer"] });
  for (const wrong of ["", "a.b", "a.b.c", token({}), token([]), "x.!.y"]) expect(personOf(wrong)).toBeUndefined();
});

it("lets requests wait for another token after one was refused", async () => {
  const { session } = await import("../src/session/session");
  const [old, next] = [token({ userId: "ada", n: 1 }), token({ userId: "ada", n: 2 })];
  session.signIn(old);
  expect(session.token()).toBe(old);

  session.refused(old);

  expect(session.state).toBe("expired");
  const waiting = session.token();
  session.refused(old); // a late answer changes nothing
  session.signIn(next);
  expect(await waiting).toBe(next);
  expect(session.state).toBe("signed-in");
});

it("shows another person a page of their own", async () => {
  const { session } = await import("../src/session/session");
  session.signIn(token({ userId: "ada" }));
  session.refused(token({ userId: "ada" }));

  session.signIn(token({ userId: "bob" }));

  expect(location.assign).toHaveBeenCalledWith("/");
});

it("takes no text for a token", async () => {
  const { session } = await import("../src/session/session");
  expect(session.signIn("hello")).toBe(false);
  expect(session.state).toBe("starting");
});
