import { expect, it } from "vitest";
import { nameMatches, sentName, shownName } from "../src/api/names";

it("shows names composed, as macOS gives them apart", () => {
  expect(shownName("한글.jpg".normalize("NFD"))).toBe("한글.jpg");
});

it("shows hidden characters as code points", () => {
  expect(shownName("a\u202Egpj.exe")).toBe("a[U+202E]gpj.exe");
  expect(shownName("a\u200Bb\n")).toBe("a[U+200B]b[U+000A]");
  expect(shownName("<img onerror=alert(1)>.jpg")).toBe("<img onerror=alert(1)>.jpg");
});

it("sends names that the server accepts", () => {
  expect(sentName("a\u202Egpj.exe")).toBe("agpj.exe");
  expect(sentName("\n")).toBe("file");
  const long = sentName(`${"x".repeat(300)}.jpeg`);
  expect(long).toHaveLength(255);
  expect(long.endsWith(".jpeg")).toBe(true);
});

it("finds names however they are composed", () => {
  expect(nameMatches("제주 바다.jpg".normalize("NFD"), "바다")).toBe(true);
  expect(nameMatches("Beach.jpg", " beach")).toBe(true);
  expect(nameMatches("Beach.jpg", "sea")).toBe(false);
});
