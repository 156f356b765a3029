import { Confirms } from "./confirm.js";
import { PipelineError } from "./errors.js";
import { Gate } from "./gate.js";
import type { Http } from "./http.js";
import { begin, memoryOf, resumed, sendParts, type MultipartState, type ResumeStore } from "./multipart.js";
import { Presigns, type SignedUpload } from "./presign.js";
import { mayPutAgain, put } from "./put.js";
import { retry } from "./retry.js";
import { within } from "./signals.js";
import type { Source } from "./source.js";
import type { Asset, PresignFields } from "./types.js";
import { waitForAll } from "./wait.js";

/** A confirmed upload: from here on the server looks after the file. */
export interface Uploaded {
  id: string;
  key: string;
  batchId?: string;
  status: string;
  /** With `wait`: the asset in its final state, which can also be `rejected` or `failed`. */
  asset?: Asset;
}

export interface FileState {
  /** The position of the file. */
  index: number;
  source: Source;
  state: "uploading" | "confirmed" | "final" | "failed";
  sent: number;
  id?: string;
  asset?: Asset;
  error?: unknown;
}

export interface UploadOptions {
  /** What the upload says about its files, or about each of them. */
  fields?: PresignFields | ((source: Source, index: number) => PresignFields);
  /** PUTs at a time. Default 3. */
  concurrency?: number;
  /** Waits until the assets are final: true, or at most some milliseconds. */
  wait?: boolean | number;
  /** Ends the upload; what has not arrived expires at the server, and a large file continues with the next upload of the same file. */
  signal?: AbortSignal;
  /** Bytes sent of all files; they go back when a PUT begins again. */
  onProgress?: (progress: { sent: number; total: number }) => void;
  onFile?: (file: FileState) => void;
  /** Where the ids of unfinished large uploads are kept. Default `localStorage`, where there is one; null for none. */
  resume?: ResumeStore | null;
}

/** The promise of an upload, which can be paused: a file that is on its way is sent again on resume, a part of a large one too. */
export interface Task<T> extends Promise<T> {
  pause(): void;
  resume(): void;
  /** Ends the upload, and deletes the assets at the server that are not confirmed. */
  cancel(): void;
}

/** Smaller files are never sent in parts. */
const LEAST_MULTIPART = 5 * 1024 * 1024;

/** Uploads files. The result has the order of the files; a failed file does not stop the others. */
export function uploadAll(http: Http, sources: readonly Source[], options: UploadOptions): Task<PromiseSettledResult<Uploaded>[]> {
  const gate = new Gate(options.concurrency ?? 3);
  const cancelled = new AbortController();
  const promise = within([options.signal, cancelled.signal], (signal) => new Upload(http, sources, options, gate, signal, cancelled.signal).run());
  return Object.assign(promise, {
    pause: () => gate.pause(),
    resume: () => gate.resume(),
    cancel: () => cancelled.abort(new DOMException("The upload is cancelled.", "AbortError")),
  });
}

class Upload {
  readonly #states: FileState[];
  readonly #confirms: Confirms;
  readonly #total: number;
  readonly #store: ResumeStore | undefined;

  constructor(
    readonly http: Http, readonly sources: readonly Source[], readonly options: UploadOptions, readonly gate: Gate, readonly signal: AbortSignal, readonly cancelled: AbortSignal,
  ) {
    this.#states = sources.map((source, index) => ({ index, source, state: "uploading", sent: 0 }));
    this.#confirms = new Confirms(http, signal);
    this.#total = sources.reduce((sum, source) => sum + source.size, 0);
    this.#store = options.resume === undefined ? localStore() : (options.resume ?? undefined);
  }

  async run(): Promise<PromiseSettledResult<Uploaded>[]> {
    const { sources, options } = this;
    const fieldsOf = (source: Source, index: number): PresignFields => (typeof options.fields === "function" ? options.fields(source, index) : (options.fields ?? {}));
    const earlier = new Map<number, MultipartState>();
    for (const [index, source] of sources.entries()) {
      const state = source.size > LEAST_MULTIPART ? await resumed(this.http, source, this.#store, this.signal) : undefined;
      if (state) earlier.set(index, state);
    }
    const files = sources.flatMap((source, index) => (earlier.has(index) ? [] : [{ index, source, fields: fieldsOf(source, index) }]));
    const presigns = new Presigns(this.http, files, this.signal);
    const results: Promise<Uploaded>[] = new Array(sources.length);

    // As many workers as places at the gate: a file is presigned when its turn comes. Confirms run beside the next files.
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index: number; (index = next++) < sources.length; ) {
        const arrived = this.#one(index, presigns, earlier.get(index));
        results[index] = arrived.then((confirm) => confirm()).catch((error: unknown) => {
          this.#set(index, { state: "failed", error });
          throw error;
        });
        results[index]!.catch(() => {}); // handled by allSettled, later
        await arrived.catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: options.concurrency ?? 3 }, worker));
    const settled = await Promise.allSettled(results);
    if (options.wait) await this.#wait(settled);
    if (this.signal.aborted) throw this.signal.reason;
    return settled;
  }

  /** Brings one file to the store; the result confirms it. */
  async #one(index: number, presigns: Presigns, earlier: MultipartState | undefined): Promise<() => Promise<Uploaded>> {
    const source = this.sources[index]!;
    const memory = memoryOf(this.http, source);
    let upload: SignedUpload | undefined;
    try {
      upload = earlier ? undefined : await this.gate.run(this.signal, () => presigns.take(index));
      const { id, key, multipart } = upload?.presigned ?? { ...earlier!, multipart: true };
      const batchId = upload?.batchId;
      this.#set(index, { id });
      let status: string | undefined;
      if (multipart) {
        const state = earlier ?? (await begin(this.http, id, this.signal));
        this.#store?.setItem(memory, id);
        status = await sendParts(this.http, state, source, this.gate, (sent) => this.#set(index, { sent }), this.signal);
        this.#store?.removeItem(memory);
      } else {
        await this.gate.run(this.signal, (running) => this.#send(index, upload!, running));
      }
      return async () => {
        status ??= await this.#confirms.confirm(id);
        this.#set(index, { state: "confirmed" });
        return { id, key, status, ...(batchId && { batchId }) };
      };
    } catch (error) {
      const { id } = this.#states[index]!;
      if (id && this.cancelled.aborted) {
        this.#store?.removeItem(memory);
        void this.http.json(`/api/assets/${id}`, { method: "DELETE" }).catch(() => {});
      }
      throw error;
    }
  }

  #send(index: number, upload: SignedUpload, running: AbortSignal): Promise<void> {
    const source = this.sources[index]!;
    return retry(this.http.options, running, async (attempts) => {
      try {
        // After a failure the URL is suspect too: browsers do not show the status of a refusal without CORS headers.
        if (attempts > 0 || upload.expiresSoon) await upload.signAgain(this.http, running);
        await put({ url: upload.presigned.uploadUrl, headers: upload.presigned.headers }, source, (sent) => this.#set(index, { sent }), running);
      } catch (error) {
        // Another page, or an earlier attempt whose response was lost, has finished it.
        if (error instanceof PipelineError && (error.code === "already_confirmed" || (attempts > 0 && error.status === 412))) return;
        throw error;
      }
    }, mayPutAgain);
  }

  async #wait(settled: PromiseSettledResult<Uploaded>[]): Promise<void> {
    const uploads = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (uploads.length === 0) return;
    const { wait } = this.options;
    await waitForAll(this.http, uploads.map((upload) => upload.id), {
      signal: this.signal,
      ...(typeof wait === "number" && { timeout: wait }),
      onFinal: (asset) => {
        const upload = uploads.find(({ id }) => id === asset.id)!;
        Object.assign(upload, { asset, status: asset.status });
        this.#set(this.#states.findIndex(({ id }) => id === asset.id), { state: "final", asset });
      },
    });
  }

  #set(index: number, change: Partial<FileState>): void {
    const file = Object.assign(this.#states[index]!, change);
    this.options.onFile?.({ ...file });
    if ("sent" in change) this.options.onProgress?.({ sent: this.#states.reduce((sum, { sent }) => sum + sent, 0), total: this.#total });
  }
}

/** Without it, or with a full one, a large file begins again after a reload. It is blocked in some frames, where even the look throws. */
function localStore(): ResumeStore | undefined {
  const tried = <T>(use: () => T): T | undefined => {
    try {
      return use();
    } catch {
      return undefined;
    }
  };
  const store = tried(() => globalThis.window?.localStorage);
  return store && { getItem: (key) => store.getItem(key), setItem: (key, id) => tried(() => store.setItem(key, id)), removeItem: (key) => store.removeItem(key) };
}
