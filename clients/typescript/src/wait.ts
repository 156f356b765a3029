import { PipelineError } from "./errors.js";
import { events } from "./events.js";
import type { Http } from "./http.js";
import { sleep, within } from "./signals.js";
import { isFinal, type Asset, type PipelineEvent } from "./types.js";

export interface WaitOptions {
  /** Longest wait in milliseconds; after it the error `not_finished` comes, and the server goes on. Default 5 minutes. */
  timeout?: number;
  signal?: AbortSignal | undefined;
  /** Called with each asset as it gets final. */
  onFinal?: (asset: Asset) => void;
}

/** What a server waits at most, with room for a proxy that ends silent requests after half a minute. */
const SECONDS = 25;
const MOST_IDS = 100;
const FINAL_TYPES = "asset.ready,asset.rejected,asset.failed,asset.expired,asset.deleted";

/** Waits until an asset is final: in requests that the server holds; by its stream if the server holds no more requests of this user. */
export function waitFor(http: Http, id: string, options: WaitOptions): Promise<Asset> {
  return inTime(options, async (signal) => {
    const path = `/api/assets/${encodeURIComponent(id)}`;
    for (;;) {
      const { body, response } = await http.answer<Asset>(path, { wait: SECONDS, signal });
      if (isFinal(body)) {
        options.onFinal?.(body);
        return body;
      }
      if (response.headers.has("Preference-Applied")) continue;
      for await (const _ of events(http, { asset: id, signal }));
    }
  });
}

/** Waits for many assets in one request at a time: the state first, then the user's events. */
export function waitForAll(http: Http, ids: string[], options: WaitOptions): Promise<Asset[]> {
  if (ids.length === 1) return waitFor(http, ids[0]!, options).then((asset) => [asset]);
  return inTime(options, async (signal) => {
    const open = new Set(ids);
    const done = new Map<string, Asset>();
    const settle = (asset: Asset): void => {
      if (!isFinal(asset) || !open.delete(asset.id)) return;
      done.set(asset.id, asset);
      options.onFinal?.(asset);
    };
    while (open.size > 0) {
      // The cursor comes before the state, so that no change falls between the two.
      let { nextCursor: cursor } = await http.json<{ nextCursor?: string }>("/api/events?after=latest", { signal });
      await readAll(http, [...open], settle, signal);
      for (let idle = 0; open.size > 0; ) {
        const query = `?types=${FINAL_TYPES}&limit=200${cursor ? `&after=${encodeURIComponent(cursor)}` : ""}`;
        try {
          const { body, response } = await http.answer<{ events: PipelineEvent[]; nextCursor?: string }>(`/api/events${query}`, { wait: SECONDS, signal });
          const changed = body.events.map((event) => (event.data as { id: string }).id).filter((id) => open.has(id));
          if (changed.length > 0) await readAll(http, [...new Set(changed)], settle, signal);
          cursor = body.nextCursor ?? cursor;
          idle = body.events.length > 0 || response.headers.has("Preference-Applied") ? 0 : idle + 1;
          if (idle > 0) await sleep(Math.min(5000, 500 * idle), signal);
        } catch (error) {
          if (error instanceof PipelineError && error.code === "cursor_expired") break;
          throw error;
        }
      }
    }
    return ids.map((id) => done.get(id)!);
  });
}

async function readAll(http: Http, ids: string[], each: (asset: Asset) => void, signal: AbortSignal): Promise<void> {
  for (let from = 0; from < ids.length; from += MOST_IDS) {
    const some = ids.slice(from, from + MOST_IDS);
    const { items } = await http.json<{ items: Asset[] }>(`/api/assets?limit=200&ids=${some.join(",")}`, { signal });
    const found = new Set(items.map((asset) => asset.id));
    // Deleted assets are not listed, and an asset of another user is an error here.
    for (const id of some) each(found.has(id) ? items.find((asset) => asset.id === id)! : await http.json<Asset>(`/api/assets/${encodeURIComponent(id)}`, { signal }));
  }
}

function inTime<T>(options: WaitOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return within([options.signal], async (signal, abort) => {
    const timer = setTimeout(
      () => abort(new PipelineError("not_finished", "The server has not finished in this time. It goes on; ask for the asset later.")), options.timeout ?? 300_000);
    try {
      return await run(signal);
    } finally {
      clearTimeout(timer);
    }
  });
}
