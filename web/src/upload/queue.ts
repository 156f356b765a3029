import { Confirms } from "@pipeline/client/confirm";
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";
import { client, PipelineError } from "../api/client";
import { assets } from "../live/assets";
import { Presigner, type SignRequest } from "./presigner";
import { Recents } from "./recents";
import { Recovery } from "./recovery";
import { judge, type Limits, type Refusal } from "./rules";
import { shrunk } from "./shrink";
import { moveThumbnail } from "./thumbnails";
import type { Body, PhotoFile, PhotoMeta, PhotoUppy } from "./types";

/** The console of a browser is no place for the names of people's files; the page shows each error. */
const SILENT = { debug: () => {}, warn: () => {}, error: () => {} };

/** What a person hears about the queue. */
export type Notice =
  | { kind: "refused"; name: string; refusal: Refusal | { code: "duplicate"; values: Record<string, unknown> } }
  | { kind: "failed"; name: string; code: string; values: Record<string, unknown> };

/** The uploads of one person in this browser: Uppy, the signing, the confirms, and what comes back after a reload. */
export class Queue {
  readonly uppy: PhotoUppy;
  readonly recents: Recents;
  readonly #confirms = new Confirms(client.http, undefined);
  readonly #recovery: Recovery;
  readonly #notices = new Set<(notice: Notice) => void>();

  constructor(userId: string, persists: boolean) {
    this.uppy = new Uppy<PhotoMeta, Body>({ id: persists ? `photos:${userId}` : `photos:${userId}:${crypto.randomUUID()}`, logger: SILENT });
    this.recents = new Recents(userId);
    this.#recovery = new Recovery(
      this.uppy,
      (id) => void this.#confirm(id),
      (file) => this.#tell({ kind: "failed", name: file.name, code: file.meta.code!, values: file.meta.values ?? {} }),
    );
    const presigner = new Presigner(this.uppy);
    this.uppy.use(AwsS3, {
      limit: 3,
      allowedMetaFields: [],
      shouldUseMultipart: (file: PhotoFile) => file.meta.inParts === true,
      generateObjectKey: (file: PhotoFile) => Presigner.keyOf(file),
      signRequest: (request: SignRequest) => presigner.sign(request),
    } as never);
    this.uppy.on("upload-success", (file) => {
      if (file) void this.#confirm(file.id);
    });
    this.uppy.on("complete", () => this.#forget());
    if (persists) {
      this.uppy.on("restored", () => void this.#resume());
      this.uppy.use(GoldenRetriever);
    }
    void assets.read(this.recents.ids);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  /** Adds files: those that the server would refuse are told at once, before any URL is requested. */
  async add(files: readonly File[], limits: Limits, shrinks = false): Promise<void> {
    const before = new Set(
      this.uppy
        .getFiles()
        .filter((file) => file.isGhost)
        .map((file) => file.id),
    );
    for (const original of files) {
      let type = await judge(original, shrinks ? { ...limits, maxBytes: Number.POSITIVE_INFINITY } : limits);
      const file = shrinks && typeof type === "string" ? await shrunk(original, type) : original;
      // What could not be made smaller may be too large.
      if (shrinks && typeof type === "string") type = await judge(file, limits);
      if (typeof type !== "string") {
        this.#tell({ kind: "refused", name: original.name, refusal: type });
        continue;
      }
      const inParts = limits.multipartFromBytes !== undefined && file.size >= limits.multipartFromBytes;
      try {
        const id = this.uppy.addFile({ name: file.name, type, data: file, meta: { ...(inParts && { inParts }) } as never });
        // A file that Golden Retriever could not keep, chosen again.
        if (before.has(id)) this.#recovery.retry(id);
        // The next one takes its time.
        if (shrinks) void this.uppy.upload().catch(() => {});
      } catch {
        this.#tell({ kind: "refused", name: file.name, refusal: { code: "duplicate", values: {} } });
      }
    }
    void this.uppy.upload().catch(() => {});
  }

  retry(id: string): void {
    this.#recovery.retry(id);
  }

  retryAll(): void {
    for (const file of this.uppy.getFiles()) if (file.meta.failed) this.retry(file.id);
  }

  remove(id: string): void {
    const { assetId, confirmed } = this.uppy.getFile(id)?.meta ?? {};
    this.uppy.removeFile(id);
    // An upload that nobody will send would count against the user until it expires.
    if (assetId && !confirmed) client.delete(assetId).catch(() => {});
  }

  pause(): void {
    this.uppy.pauseAll();
  }

  resume(): void {
    this.uppy.resumeAll();
  }

  async #confirm(id: string): Promise<void> {
    const file = this.uppy.getFile(id);
    if (!file) return;
    try {
      const assetId = file.meta.assetId ?? (await client.http.json<{ id: string }>("/api/upload/confirm", { body: { key: file.meta.pipelineKey } })).id;
      await this.#confirms.confirm(assetId);
      this.#isConfirmed(id, assetId);
    } catch (error) {
      if (!this.uppy.getFile(id)) return;
      const code = error instanceof PipelineError ? error.code : "network";
      // What did not arrive is sent again; for what only was not confirmed, the server confirms by itself meanwhile.
      if (code === "upload_missing" || code === "upload_mismatch" || code === "upload_expired")
        this.uppy.setFileState(id, { progress: { ...file.progress, uploadComplete: false, complete: false, percentage: 0, bytesUploaded: 0 } } as never);
      else {
        setTimeout(() => void this.#confirm(id), 5000);
        return;
      }
      this.uppy.setFileMeta(id, { code });
      this.#recovery.take(id, code);
    }
  }

  #isConfirmed(id: string, assetId: string): void {
    const file = this.uppy.getFile(id);
    if (!file) return;
    moveThumbnail(id, assetId);
    this.recents.add({ id: assetId, name: file.name, size: file.size ?? 0 });
    this.uppy.setFileMeta(id, { assetId, confirmed: true, code: undefined } as never);
    this.uppy.setFileState(id, {
      progress: { ...file.progress, uploadStarted: file.progress.uploadStarted ?? Date.now(), uploadComplete: true, complete: true, percentage: 100 },
    } as never);
    void this.#seen([assetId]);
    this.#forget();
  }

  // Several confirms share one read.
  #unseen: string[] = [];
  async #seen(ids: string[]): Promise<void> {
    this.#unseen.push(...ids);
    if (this.#unseen.length > ids.length) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const some = this.#unseen.splice(0);
    await assets.read(some.filter((id) => !assets.get(id)));
  }

  /** Confirmed files go from Uppy, with their bytes, once nothing else is sent. */
  #forget(): void {
    const files = this.uppy.getFiles();
    if (files.some((file) => file.progress.uploadStarted && !file.progress.uploadComplete && !file.meta.failed && !file.isGhost)) return;
    const done = files.filter((file) => file.meta.confirmed).map((file) => file.id);
    if (done.length > 0) this.uppy.removeFiles(done);
  }

  /** After a reload: what has arrived is not sent again, and the rest goes on by itself. */
  async #resume(): Promise<void> {
    const begun = this.uppy.getFiles().filter((file) => file.meta.assetId && !file.meta.confirmed);
    for (const file of this.uppy.getFiles()) {
      if (file.progress.uploadComplete) continue;
      // Uppy starts what has not begun; a file whose bytes are gone waits until it is chosen again.
      const uploadStarted = file.isGhost || file.meta.failed ? Date.now() : null;
      this.uppy.setFileState(file.id, {
        isPaused: false,
        error: null,
        progress: { ...file.progress, uploadStarted, percentage: 0, bytesUploaded: 0 },
      } as never);
    }
    this.uppy.setState({ currentUploads: {}, allowNewUpload: true, recoveredState: null });
    const results = begun.length === 0 ? [] : await client.confirm(begun.map((file) => file.meta.assetId!)).catch(() => []);
    results.forEach(({ success, id }, place) => {
      if (success) this.#isConfirmed(begun[place]!.id, id);
    });
    this.#forget();
    void this.uppy.upload().catch(() => {});
  }

  #tell(notice: Notice): void {
    for (const listener of this.#notices) listener(notice);
  }
}
