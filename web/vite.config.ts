import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import locales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const client = (name: string) => fileURLToPath(new URL(`../clients/typescript/src/${name}.ts`, import.meta.url));

/** Compiles the messages at build time, so that no page carries the parser of ICU. */
function words(): Plugin {
  return {
    name: "words",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/words\/\w+\.json$/.test(id)) return undefined;
      const messages = JSON.parse(code) as Record<string, string>;
      return JSON.stringify(Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, compileMessage(message)])));
    },
  };
}

export default defineConfig({
  plugins: [words(), { ...locales.vite({ locales: ["en-US", "ko-KR"] }), enforce: "pre" }, react()],
  resolve: {
    alias: [
      { find: /^@pipeline\/client$/, replacement: client("index") },
      { find: /^@pipeline\/client\/(\w+)$/, replacement: client("$1") },
    ],
  },
  build: {
    target: "es2022",
    // Each file has a hashed name and is cached for good; a data: URL in a style would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { proxy: Object.fromEntries(["/api", "/dev", "/storage", "/health"].map((path) => [path, "http://localhost:4000"])) },
  test: { include: ["test/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);
