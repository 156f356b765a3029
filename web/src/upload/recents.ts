/** An upload that the server has. */
export interface Recent {
  id: string;
  name: string;
  size: number;
}

const MOST = 1000;

/** The uploads of this tab, so that a reload shows them again. Their states come from the server. */
export class Recents {
  readonly #key: string;
  #items: readonly Recent[];
  readonly #listeners = new Set<() => void>();

  constructor(userId: string) {
    this.#key = `recent:${userId}`;
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? "[]");
      this.#items = Array.isArray(kept) ? kept : [];
    } catch {
      this.#items = [];
    }
  }

  /** The newest first. */
  get items(): readonly Recent[] {
    return this.#items;
  }

  get ids(): string[] {
    return this.#items.map(({ id }) => id);
  }

  add(item: Recent): void {
    if (!this.#items.some(({ id }) => id === item.id)) this.#set([item, ...this.#items].slice(0, MOST));
  }

  clear(): void {
    this.#set([]);
  }

  remove(id: string): void {
    this.#set(this.#items.filter((item) => item.id !== id));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(items: readonly Recent[]): void {
    this.#items = items;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(items));
    } catch {
      // Full: a reload then shows fewer of them, and the gallery all.
    }
    for (const listener of this.#listeners) listener();
  }
}
