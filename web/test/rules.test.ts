import { describe, expect, it } from "vitest";
import { judge, type Limits } from "../src/upload/rules";
import { typeOfBytes } from "../src/upload/sniff";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const limits = {
  types: [
    { contentType: "image/jpeg", extensions: [".jpg"] },
    { contentType: "image/png", extensions: [".png"] },
  ],
  maxBytes: 100,
} as unknown as Limits;
const JPEG = "\xff\xd8\xff\xe0";

describe("typeOfBytes", () => {
  it.each([
    [JPEG, "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["GIF89a", "image/gif"],
    ["RIFF\x00\x00\x00\x00WEBP", "image/webp"],
    ["\x00\x00\x00\x18ftypheic", "image/heic"],
    ["\x00\x00\x00\x18ftypavif", "image/avif"],
    ["<svg xmlns", "image/svg+xml"],
    ["\x00\x00\x00\x18ftypmp42", undefined],
    ["MZ", undefined],
    ["", undefined],
  ])("judges %j", (head, type) => {
    expect(typeOfBytes(bytes(head))).toBe(type);
  });
});

describe("judge", () => {
  it("believes the bytes, and not the type that the browser gives", async () => {
    expect(await judge(new Blob([bytes(JPEG)], { type: "image/png" }), limits)).toBe("image/jpeg");
    expect(await judge(new Blob([bytes(JPEG)]), limits)).toBe("image/jpeg");
  });

  it("refuses HEIC with the types that the server takes", async () => {
    expect(await judge(new Blob([bytes("\x00\x00\x00\x18ftypheic")]), limits)).toEqual({
      code: "unsupported_type",
      values: { type: "image/heic", allowed: "JPEG, PNG" },
    });
  });

  it("refuses what only its name makes a picture", async () => {
    expect(await judge(new Blob([bytes("MZ")], { type: "image/jpeg" }), limits)).toMatchObject({ code: "not_a_picture" });
    expect(await judge(new Blob([bytes("MZ")]), limits)).toMatchObject({ code: "not_a_picture" });
  });

  it("refuses what is empty or too large", async () => {
    expect(await judge(new Blob([]), limits)).toMatchObject({ code: "empty" });
    expect(await judge(new Blob([bytes(JPEG + "x".repeat(100))]), limits)).toMatchObject({ code: "too_large", values: { maxSize: 100, receivedSize: 104 } });
  });
});
