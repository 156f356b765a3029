// Characters that show nothing, or change the order of what is around them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const REFUSED = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A file name for people: composed, as macOS gives names apart, and with hidden characters as code points. */
export function shownName(name: string): string {
  return name.normalize("NFC").replace(HIDDEN, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** A file name that the server accepts: without the characters that it refuses, and at most 255 long with its extension. */
export function sentName(name: string): string {
  const clean = name.replace(REFUSED, "");
  if (clean.length <= 255) return clean || "file";
  const extension = /\.\w{1,8}$/.exec(clean)?.[0] ?? "";
  return clean.slice(0, 255 - extension.length) + extension;
}

/** Whether a name contains what is searched for, however either is composed. */
export function nameMatches(name: string, search: string): boolean {
  return name.normalize("NFC").toLocaleLowerCase().includes(search.normalize("NFC").toLocaleLowerCase().trim());
}
