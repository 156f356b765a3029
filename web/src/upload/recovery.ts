import { session } from "../session/session";
import type { PhotoFile, PhotoUppy } from "./types";

/** Outages of the way or of the server: they end, however long they take. */
const OUTAGES = new Set(["network", "unreachable", "timeout", "unavailable", "storage_unavailable", "rate_limited", "unauthorized", "unexpected_response"]);

/** Errors that another try or another URL mends, or a few of them do not. */
const PASSING = new Set(["storage_refused", "upload_missing", "internal_error"]);

/** Errors after which the file needs a new upload. */
const GONE = new Set(["upload_expired", "not_found", "multipart_gone", "upload_mismatch"]);

const MOST_TRIES = 4;
const MOST_PAUSE = 30_000;

/** Sends again what an outage interrupted, without a person: when the browser is online and somebody is signed in. */
export class Recovery {
  readonly #failures = new Map<string, number>();

  constructor(
    readonly uppy: PhotoUppy,
    readonly arrived: (id: string) => void,
    readonly failed: (file: PhotoFile) => void,
  ) {
    uppy.on("upload-error", (file, error) => {
      if (file) this.take(file.id, codeOf(error as { status?: number }));
    });
    uppy.on("upload-success", (file) => {
      if (file) this.#failures.delete(file.id);
    });
  }

  /** Decides about a file that was not sent. */
  take(id: string, storeCode: string): void {
    const file = this.uppy.getFile(id);
    if (!file) return;
    const code = file.meta.code ?? storeCode;
    // Uppy retries each file with an error as soon as another one is added, and that one waits; so errors are kept in meta only.
    this.uppy.setFileState(id, { error: null } as never);
    this.uppy.setFileMeta(id, { code });
    if (code === "already_confirmed") {
      this.arrived(id);
      return;
    }
    if (GONE.has(code)) this.uppy.setFileMeta(id, { pipelineKey: undefined, assetId: undefined } as never);
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    if (OUTAGES.has(code) || ((PASSING.has(code) || GONE.has(code)) && failures <= MOST_TRIES)) {
      void this.#again(id, Math.min(MOST_PAUSE, 1000 * 2 ** (failures - 1)));
      return;
    }
    this.#failures.delete(id);
    this.uppy.setFileMeta(id, { failed: true });
    this.failed(this.uppy.getFile(id));
  }

  retry(id: string): void {
    const file = this.uppy.getFile(id);
    if (!file || file.isGhost || file.progress.uploadComplete) return;
    this.uppy.setFileMeta(id, { code: undefined, values: undefined, failed: false } as never);
    void this.uppy.retryUpload(id).catch(() => {});
  }

  async #again(id: string, pause: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
    if (!navigator.onLine) await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
    await session.token();
    this.retry(id);
  }
}

/** The code of an error of the store, which Uppy reports in its own way. */
function codeOf(error: { status?: number }): string {
  const { status } = error;
  return status === 507 ? "insufficient_storage" : status ? "storage_refused" : "network";
}
