import { type Asset, isFinal, type PipelineEvent } from "@pipeline/client";
import { useSyncExternalStore } from "react";
import { client } from "../api/client";

const MOST_IDS = 100;

/** The newest known state of assets: what was read, and what the stream of events said since. */
class Assets {
  #byId = new Map<string, Asset>();
  #listeners = new Set<() => void>();
  #steps = new Map<string, string>();
  #version = 0;

  get(id: string): Asset | undefined {
    return this.#byId.get(id);
  }

  get version(): number {
    return this.#version;
  }

  /** Takes states; older ones than those that are known are skipped. */
  apply(assets: Iterable<Asset>): void {
    let changed = false;
    for (const asset of assets) {
      const known = this.#byId.get(asset.id);
      // A read shows more than an event of the same sequence, so the later one of equals stays.
      if (known && known.sequence > asset.sequence) continue;
      this.#byId.set(asset.id, asset);
      changed = true;
    }
    if (changed) this.#tell();
  }

  /** What a worker does with an asset right now, such as scan or render. */
  step(id: string): string | undefined {
    return this.#steps.get(id);
  }

  event({ type, sequence, data, step }: PipelineEvent): void {
    if (!type.startsWith("asset.")) return;
    const subject = (data as unknown as { id: string }).id;
    if (step) {
      this.#steps.set(subject, step);
      this.#tell();
      return;
    }
    if (type !== "asset.processing") this.#steps.delete(subject);
    const change = data as unknown as Partial<Asset> & { id: string; truncated?: boolean };
    const known = this.#byId.get(change.id);
    if (known && known.sequence >= sequence) return;
    // An event of a deleted asset holds only its id, and one with too many variants not all of them.
    if (type === "asset.deleted") this.apply([{ ...known, ...change, sequence, status: "deleted", variants: [] } as unknown as Asset]);
    else if (change.truncated) void this.read([change.id]);
    else this.apply([{ ...change, sequence } as Asset]);
  }

  /** Reads the current states from the server. */
  async read(ids: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let from = 0; from < ids.length; from += MOST_IDS) {
      const some = ids.slice(from, from + MOST_IDS);
      const one = (id: string) =>
        client.asset(id, signal ? { signal } : {}).then(
          (asset) => this.apply([asset]),
          () => {},
        );
      let missing: readonly string[] = some;
      try {
        const { items } = await client.list({ ids: some, limit: 200, ...(signal && { signal }) });
        this.apply(items);
        const found = new Set(items.map(({ id }) => id));
        // The list leaves deleted assets out.
        missing = some.filter((id) => !found.has(id));
      } catch {
        // One that belongs to somebody else makes the list an error, so each is read by itself.
      }
      if (!signal?.aborted) await Promise.all(missing.map(one));
    }
  }

  /** Those that are still in work, as far as known. */
  get open(): string[] {
    return [...this.#byId.values()].filter((asset) => !isFinal(asset)).map((asset) => asset.id);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

export const assets = new Assets();

export function useAsset(id: string | undefined): Asset | undefined {
  return useSyncExternalStore(assets.subscribe, () => (id ? assets.get(id) : undefined));
}

/** Changes with each change of any asset. */
export function useAssetsVersion(): number {
  return useSyncExternalStore(assets.subscribe, () => assets.version);
}

export function useStep(id: string | undefined): string | undefined {
  return useSyncExternalStore(assets.subscribe, () => (id ? assets.step(id) : undefined));
}
