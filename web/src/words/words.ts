import { i18n, type Messages } from "@lingui/core";
import { useLingui } from "@lingui/react";
import type { PipelineError } from "@pipeline/client";
import type catalog from "./en.json";

/** The key of a message. Each is in both languages; a test checks it. */
export type Word = keyof typeof catalog;
export type Language = "en" | "ko";
export type Say = (word: Word, values?: Record<string, unknown>) => string;

const KEY = "language";

// The catalogs are compiled when the pages are built, so they are no strings at run time.
const catalogs: Record<Language, () => Promise<{ default: unknown }>> = { en: () => import("./en.json"), ko: () => import("./ko.json") };

/** The language that was chosen here, else the first one of the browser that there is. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "en" || chosen === "ko") return chosen;
  const first = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag === "ko" || tag === "en");
  return first === "ko" ? "ko" : "en";
}

export async function speak(language: Language): Promise<void> {
  i18n.load(language, (await catalogs[language]()).default as Messages);
  i18n.activate(language);
  document.documentElement.lang = language;
}

/** Speaks another language from now on. */
export async function choose(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await speak(language);
}

export const say: Say = (word, values) => i18n._(word, values);

/** The messages in the current language; the component is drawn again when it changes. */
export function useWords(): Say {
  useLingui();
  return say;
}

export function useLanguage(): Language {
  return useLingui().i18n.locale as Language;
}

/** A message whose key is made of a code of the API; the second key, if that code has none. */
export function sayCode(prefix: string, code: string, otherwise: Word, values?: Record<string, unknown>): string {
  const key = `${prefix}.${code}`;
  return key in i18n.messages ? i18n._(key, values) : i18n._(otherwise, { code, ...values });
}

/** What an error of the API means, and what to do. */
export function sayError(error: unknown): string {
  const { code = "other", problem, retryAfter } = error as Partial<PipelineError>;
  return sayCode("problem", code, "problem.other", { ...problem, seconds: Math.ceil(retryAfter ?? 60), maxMegabytes: megabytes(problem?.maxSize) });
}

function megabytes(bytes: unknown): string {
  return typeof bytes === "number" ? number(bytes / 1024 / 1024, 1) : "?";
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(i18n.locale || "en", { maximumFractionDigits: digits }).format(value);
}

/** A size with its unit, by 1024. */
export function size(bytes: number): string {
  const [value, unit] =
    bytes < 1024 ? [bytes, "B"] : bytes < 1024 ** 2 ? [bytes / 1024, "KB"] : bytes < 1024 ** 3 ? [bytes / 1024 ** 2, "MB"] : [bytes / 1024 ** 3, "GB"];
  return `${number(value, value < 10 && unit !== "B" ? 1 : 0)} ${unit}`;
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(i18n.locale || "en", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** The time of a day, with the day if it matters. */
export function shortTime(at: number, withDay = false): string {
  return new Intl.DateTimeFormat(i18n.locale || "en", { hour: "2-digit", minute: "2-digit", ...(withDay && { month: "numeric", day: "numeric" }) }).format(at);
}
