// Fails if the main entry is larger than its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 8 * 1024;
const size = gzipSync(readFileSync(new URL("../dist/index.js", import.meta.url)), { level: 9 }).length;
console.log(`dist/index.js: ${size} bytes gzip, at most ${budget}`);
process.exitCode = size <= budget ? 0 : 1;
