import { confirmAll, MOST_IDS } from "./confirm.js";
import { events, type EventsOptions, type StreamEvent } from "./events.js";
import { Http, type ClientOptions } from "./http.js";
import type { Source } from "./source.js";
import type { Asset, AssetPage, AssetStatus, Batch, ConfirmResult, Download, ItemResult, Limits, Picture, Revision, Timeline } from "./types.js";
import { uploadAll, type Task, type Uploaded, type UploadOptions } from "./upload.js";
import { waitFor, waitForAll, type WaitOptions } from "./wait.js";

export interface ListOptions {
  status?: AssetStatus;
  ids?: readonly string[];
  batchId?: string;
  stale?: boolean;
  cursor?: string;
  limit?: number;
}

interface Stop {
  signal?: AbortSignal;
}

/** Creates a client of the upload API of one user. */
export function createClient(options: ClientOptions): PipelineClient {
  return new PipelineClient(options);
}

/** A client of the upload API. Errors are `PipelineError`; a signal that ends throws its reason. */
export class PipelineClient {
  /** For requests that have no method here. */
  readonly http: Http;

  constructor(options: ClientOptions) {
    this.http = new Http(options);
  }

  /** Uploads a file and confirms it. */
  upload(source: Source, options: UploadOptions = {}): Task<Uploaded> {
    const task = this.uploadAll([source], options);
    const one = task.then(([result]) => {
      if (result!.status === "fulfilled") return result!.value;
      throw result!.reason;
    });
    return Object.assign(one, { pause: task.pause, resume: task.resume, cancel: task.cancel });
  }

  /** Uploads many files and confirms each. The results have the order of the files; a failed file does not stop the others. */
  uploadAll(sources: Iterable<Source>, options: UploadOptions = {}): Task<PromiseSettledResult<Uploaded>[]> {
    return uploadAll(this.http, [...sources], options);
  }

  /** Confirms uploads whose bytes another program has sent: up to any number, in groups of 100. */
  async confirm(ids: readonly string[], { signal }: Stop = {}): Promise<ConfirmResult[]> {
    const results: ConfirmResult[] = [];
    for (let from = 0; from < ids.length; from += MOST_IDS) results.push(...(await confirmAll(this.http, ids.slice(from, from + MOST_IDS), signal)));
    return results;
  }

  /** Waits until an asset is final: ready, rejected, failed, expired or deleted. */
  wait(id: string, options: WaitOptions = {}): Promise<Asset> {
    return waitFor(this.http, id, options);
  }

  /** Waits until all of the assets are final. */
  waitAll(ids: readonly string[], options: WaitOptions = {}): Promise<Asset[]> {
    return ids.length === 0 ? Promise.resolve([]) : waitForAll(this.http, [...ids], options);
  }

  /** The live events of the user, of an asset or of a batch: first the current state, then each change. */
  events(options: EventsOptions = {}): AsyncGenerator<StreamEvent, void, undefined> {
    return events(this.http, options);
  }

  asset(id: string, { signal }: Stop = {}): Promise<Asset> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}`, { signal });
  }

  timeline(id: string, { signal, cursor, limit }: Stop & { cursor?: string; limit?: number } = {}): Promise<Timeline> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}/timeline${query({ cursor, limit })}`, { signal });
  }

  batch(batchId: string, { signal }: Stop = {}): Promise<Batch> {
    return this.http.json(`/api/batches/${encodeURIComponent(batchId)}`, { signal });
  }

  /** One page of the user's assets, the newest first. */
  list(options: ListOptions & Stop = {}): Promise<AssetPage> {
    const { signal, ids, ...rest } = options;
    return this.http.json(`/api/assets${query({ ...rest, ids: ids?.join(",") })}`, { signal });
  }

  /** All of the user's assets, page by page. */
  async *assets(options: ListOptions & Stop = {}): AsyncGenerator<Asset, void, undefined> {
    for (let { cursor } = options; ; ) {
      const page = await this.list({ ...options, ...(cursor && { cursor }) });
      yield* page.items;
      if (!page.nextCursor) return;
      cursor = page.nextCursor;
    }
  }

  /** Deletes an asset with all its variants. */
  delete(id: string, { signal }: Stop = {}): Promise<void> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}`, { method: "DELETE", signal });
  }

  /** Makes the variants again; the old ones stay until the new ones are ready. */
  reprocess(id: string, { signal }: Stop = {}): Promise<Revision> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}/reprocess`, { method: "POST", signal });
  }

  /** Changes who sees the variants of an asset. */
  setVisibility(id: string, visibility: "public" | "private", { signal }: Stop = {}): Promise<Asset> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}`, { method: "PATCH", body: { visibility }, signal });
  }

  /** What the user may upload, and what is left of each limit. */
  limits({ signal }: Stop = {}): Promise<Limits> {
    return this.http.json("/api/limits", { signal });
  }

  /** Keeps temporary assets. */
  async keep(ids: readonly string[], { signal }: Stop = {}): Promise<ItemResult[]> {
    return (await this.http.json<{ results: ItemResult[] }>("/api/assets/keep", { body: { ids }, signal })).results;
  }

  /** A presigned URL of the original or of a variant, such as `w640`, valid for 1 to 3,600 s. */
  downloadUrl(id: string, { signal, ...options }: Stop & { variant?: string; format?: string; expiresIn?: number } = {}): Promise<Download> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}/download-url${query(options)}`, { signal });
  }

  picture(id: string, { signal, ...options }: Stop & { sizes?: string; alt?: string; class?: string } = {}): Promise<Picture> {
    return this.http.json(`/api/assets/${encodeURIComponent(id)}/picture${query(options)}`, { signal });
  }

  /** The address that redirects to the variant which fits a width and the browser. */
  imageUrl(id: string, options: { w?: number; format?: "jpeg" | "webp" | "avif" } = {}): string {
    return `${this.http.baseUrl}/api/assets/${encodeURIComponent(id)}/image${query(options)}`;
  }
}

function query(values: object): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}
