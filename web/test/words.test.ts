import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// As text: the build compiles the messages.
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const en = JSON.parse(read("../src/words/en.json")) as Record<string, string>;
const ko = JSON.parse(read("../src/words/ko.json")) as Record<string, string>;

/** The codes that the API document lists in one schema, or in all. */
function codes(schema?: string): string[] {
  const types = read("../../clients/typescript/src/schema.ts");
  const text = schema ? types.slice(types.indexOf(` ${schema}: {`)).split("\n        };")[0]! : types;
  return [...text.matchAll(/^ +code: ((?:"\w+"(?: \| )?)+);/gm)].flatMap(([, union]) => union!.split(" | ").map((one) => one.slice(1, -1)));
}

const variables = (message: string) => [...new Set([...message.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();

describe("words", () => {
  it("has the same keys in both languages", () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  });

  it("has Korean in each message, with all of its values", () => {
    for (const [key, message] of Object.entries(ko)) {
      if (key !== "footer.docs") expect(message, key).toMatch(/[가-힣]/);
      for (const name of variables(message)) expect(variables(en[key]!), key).toContain(name);
    }
  });

  it.each([
    ["rejection", codes("RejectionView")],
    ["failure", codes("FailureView")],
    ["problem", [...read("../../src/UploadApi/Http/OpenApi/ProblemKinds.cs").matchAll(/new\("(\w+)", \d{3},/g)].map(([, code]) => code!)],
  ])("says what each %s code of the API means", (prefix, all) => {
    expect(all.length).toBeGreaterThan(5);
    for (const code of all) expect(en, `${prefix}.${code}`).toHaveProperty([`${prefix}.${code}`]);
  });

  it("says what each problem of the overview means, and what to do", () => {
    const all = [...read("../../src/Assets/Overview/OverviewProblems.cs").matchAll(/public const string \w+ = "(\w+)";/g)].map(([, code]) => code!);
    expect(all.length).toBeGreaterThan(5);
    for (const code of all) for (const prefix of ["wrong", "fix"]) expect(en).toHaveProperty([`${prefix}.${code}`]);
  });

  it("has a short name for each code", () => {
    for (const [short, prefix, all] of [
      ["failureName", "failure", codes("FailureView")],
      ["rejectionName", "rejection", codes("RejectionView")],
    ] as const)
      for (const code of all) expect(en, prefix).toHaveProperty([`${short}.${code}`]);
  });

  it("names each kind of event", () => {
    const kinds = [...read("../../src/Assets/Events/AssetEventKind.cs").matchAll(/^ {4}(\w+),$/gm)].map(([, kind]) =>
      kind!.replace(/\B[A-Z]/g, (c) => `_${c}`).toLowerCase(),
    );
    expect(kinds.length).toBeGreaterThan(15);
    for (const kind of kinds.filter((one) => one !== "batch_completed" && one !== "webhook_paused")) expect(en).toHaveProperty([`timeline.${kind}`]);
  });

  it("has a word for each key in the sources", () => {
    const files = [
      "App.tsx",
      "Header.tsx",
      "upload/UploadPage.tsx",
      "upload/UploadRow.tsx",
      "upload/Summary.tsx",
      "upload/Chooser.tsx",
      "gallery/GalleryPage.tsx",
      "asset/AssetPage.tsx",
      ...readdirSync(new URL("../src/admin/", import.meta.url))
        .filter((file) => file.endsWith(".tsx"))
        .map((file) => `admin/${file}`),
    ];
    const used = files.flatMap((file) => [...read(`../src/${file}`).matchAll(/say\("([\w.]+)"/g)].map(([, key]) => key!));
    expect(used.length).toBeGreaterThan(40);
    for (const key of used) expect(en, key).toHaveProperty([key]);
  });
});
