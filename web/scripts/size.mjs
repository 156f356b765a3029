// Fails if a page is larger than its budget. All sizes are of gzip, as the server sends it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist)));
const KB = 1024;

/** The files that an entry loads, with those that they import. */
function filesOf(entry, seen = new Set()) {
  const { file, css = [], imports = [] } = manifest[entry];
  for (const one of [file, ...css]) seen.add(one);
  for (const one of imports) filesOf(one, seen);
  return seen;
}

const size = (files, end) =>
  [...files].filter((file) => file.endsWith(end)).reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, 0);
const language = filesOf("src/words/ko.json");
const first = new Set([...filesOf("index.html"), ...language]);
const beyond = (entry) => new Set([...filesOf(entry)].filter((file) => !first.has(file)));
const css = new Set(Object.keys(manifest).flatMap((entry) => [...filesOf(entry)]));

const budgets = [
  ["first load", size(first, ".js"), 150],
  ["uploader", size(beyond("src/upload/UploadPage.tsx"), ".js"), 70],
  ["gallery", size(beyond("src/gallery/GalleryPage.tsx"), ".js"), 70],
  ["asset", size(beyond("src/asset/AssetPage.tsx"), ".js"), 70],
  ["admin", size(beyond("src/admin/AdminPage.tsx"), ".js"), 90],
  ["styles", size(css, ".css"), 20],
];
for (const [name, bytes, budget] of budgets) console.log(`${name}: ${(bytes / KB).toFixed(1)} KB gzip, at most ${budget}`);
process.exitCode = budgets.some(([, bytes, budget]) => bytes > budget * KB) ? 1 : 0;
