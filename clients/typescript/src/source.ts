/** A file to upload. Every `Blob` and `File` is one; `fileSource` of `@pipeline/client/node` opens one from a path. */
export interface Source {
  readonly size: number;
  readonly type?: string;
  readonly name?: string;
  readonly lastModified?: number;
  /** The bytes from `start` to before `end`. */
  slice(start: number, end: number): Source;
  stream(): ReadableStream<Uint8Array>;
}

/** What the API needs to know about a file; `fields` of the upload override it. */
export function announce(source: Source): { filename: string; contentType: string; fileSize: number } {
  return { filename: source.name || "file", contentType: source.type || "application/octet-stream", fileSize: source.size };
}
