import { client, PipelineError } from "../api/client";
import { sentName } from "../api/names";
import type { PhotoFile, PhotoUppy } from "./types";

interface Presigned {
  id: string;
  key: string;
  uploadUrl: string;
  headers: Record<string, string>;
  expiresIn: number;
}

export interface Signed {
  url: string;
  key: string;
  headers: Record<string, string>;
}

/** What Uppy passes to signRequest. */
export interface SignRequest {
  method: string;
  key: string;
  contentType?: string;
  uploadId?: string;
  partNumber?: number;
}

const MOST_FILES = 100;
/** Bytes after which URLs would wait long for their turn: 4 minutes at 8 Mbit/s. */
const MOST_BYTES = 250_000_000;

/**
 * Signs the requests of Uppy when their turn comes. The first PUT of a file requests the URLs of the files after it too: a request for each file would soon
 * meet the rate limit, and a request for all files at once would sign URLs that expire in the queue.
 */
export class Presigner {
  /** URLs that were signed and not used, with the time until which they are fresh. */
  readonly #fresh = new Map<string, Presigned & { end: number }>();
  #turn: Promise<unknown> = Promise.resolve();
  #most = MOST_FILES;

  constructor(readonly uppy: PhotoUppy) {}

  static keyOf(file: PhotoFile): string {
    return file.meta.pipelineKey ?? file.id;
  }

  async sign(request: SignRequest): Promise<Signed> {
    const begins = !request.uploadId && (request.method === "PUT" || request.method === "POST");
    const file = begins ? this.uppy.getFiles().find((one) => Presigner.keyOf(one) === request.key) : undefined;
    try {
      if (file && request.method === "PUT") return await this.#put(file);
      // In parts: Uppy does not pass the size, which is signed too.
      const about = file && { filename: sentName(file.name), contentType: file.type, fileSize: file.size };
      const signed = await client.http.json<Signed>("/api/upload/sign", { body: { ...request, ...about }, creates: begins });
      if (file) this.uppy.setFileMeta(file.id, { pipelineKey: signed.key });
      return signed;
    } catch (error) {
      if (file && error instanceof PipelineError) this.uppy.setFileMeta(file.id, { code: error.code, values: error.problem ?? {} });
      throw error;
    }
  }

  async #put({ id }: PhotoFile): Promise<Signed> {
    // One after the other, since one request may answer for the files of the others.
    const turn = this.#turn.then(() => this.#presign(id));
    this.#turn = turn.catch(() => {});
    await turn;
    let signed: Presigned | undefined = this.#take(id);
    if (!signed) {
      const { assetId } = this.uppy.getFile(id).meta;
      signed = await client.http.json<Presigned>(`/api/upload/${assetId}/url`, { method: "POST" });
    }
    return { url: signed.uploadUrl, key: signed.key, headers: signed.headers };
  }

  /** A URL is used once: what failed with it may be its fault. */
  #take(id: string): Presigned | undefined {
    const signed = this.#fresh.get(id);
    this.#fresh.delete(id);
    return signed && signed.end > Date.now() ? signed : undefined;
  }

  async #presign(id: string): Promise<void> {
    while (!this.uppy.getFile(id)?.meta.assetId) {
      const group = this.#groupFrom(id);
      if (group.length === 0) throw new DOMException("The file was removed.", "AbortError");
      const files = group.map((file) => ({ filename: sentName(file.name), contentType: file.type, fileSize: file.size, autoConfirm: true }));
      try {
        const uploads =
          files.length === 1
            ? [await client.http.json<Presigned>("/api/upload/presigned-url", { body: files[0], creates: true })]
            : (await client.http.json<{ uploads: Presigned[] }>("/api/upload/presigned-urls", { body: { files }, creates: true })).uploads;
        group.forEach((file, place) => {
          const signed = uploads[place]!;
          this.#fresh.set(file.id, { ...signed, end: Date.now() + signed.expiresIn * 500 });
          if (this.uppy.getFile(file.id))
            this.uppy.setFileMeta(file.id, { pipelineKey: signed.key, assetId: signed.id, code: undefined, values: undefined } as never);
        });
        this.#most = Math.min(MOST_FILES, this.#most * 2);
      } catch (error) {
        // Too many for what is left, or one bad file, may be good enough one by one.
        const { status } = error as PipelineError;
        if (files.length === 1 || (status !== 429 && status !== 403 && status !== 400)) throw error;
        this.#most = 1;
      }
    }
  }

  #groupFrom(id: string): PhotoFile[] {
    const group: PhotoFile[] = [];
    let bytes = 0;
    const waits = (file: PhotoFile) => !file.meta.assetId && !file.meta.failed && !file.isGhost && !file.progress.uploadComplete && !file.meta.inParts;
    for (const file of [this.uppy.getFile(id), ...this.uppy.getFiles().filter((one) => one.id !== id && waits(one))]) {
      if (!file) return group;
      bytes += file.size ?? 0;
      if (group.length > 0 && (group.length >= this.#most || bytes > MOST_BYTES)) break;
      group.push(file);
    }
    return group;
  }
}
