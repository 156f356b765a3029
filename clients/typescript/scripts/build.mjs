// Builds dist/: one minified module for each entry, and the declarations.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root, entryPoints: ["src/index.ts", "src/uppy.ts", "src/node.ts"], outdir: "dist",
  bundle: true, minify: true, format: "esm", target: "es2022", sourcemap: true, external: ["node:*"], logLevel: "warning",
});
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}tsconfig.json`], { stdio: "inherit" });
