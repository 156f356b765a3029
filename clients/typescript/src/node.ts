import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { Readable } from "node:stream";
import type { Source } from "./source.js";

const TYPES: Record<string, string> = {
  ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".avif": "image/avif", ".heic": "image/heic", ".heif": "image/heif",
};

/** A file on disk. It is read while it is sent, never as a whole. */
export async function fileSource(path: string): Promise<Source> {
  const { size, mtimeMs } = await stat(path);
  return part(0, size);

  function part(from: number, to: number): Source {
    return {
      name: basename(path),
      type: TYPES[extname(path).toLowerCase()] ?? "",
      lastModified: Math.floor(mtimeMs),
      size: to - from,
      slice: (start, end) => part(from + start, Math.min(from + end, to)),
      // Inclusive; and an end before the start is an error, which an empty file would cause.
      stream: () => (to > from ? (Readable.toWeb(createReadStream(path, { start: from, end: to - 1 })) as ReadableStream<Uint8Array>) : new Blob().stream()),
    };
  }
}
