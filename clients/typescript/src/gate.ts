import { orAborted, within } from "./signals.js";

/** The running uploads of a task: at most some at a time, and none while it is paused. */
export class Gate {
  #free: number;
  readonly #queue: (() => void)[] = [];
  #paused: AbortController | undefined = undefined;
  #running = new AbortController();
  #resumed: Promise<void> = Promise.resolve();
  #resume: () => void = () => {};

  constructor(concurrency: number) {
    this.#free = concurrency;
  }

  /** Stops what runs; it begins again after {@link resume}. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = this.#running;
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
    this.#running.abort(new DOMException("The upload is paused.", "AbortError"));
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = undefined;
    this.#running = new AbortController();
    this.#resume();
  }

  /** Runs when there is a place; what a pause interrupts runs again from its beginning. */
  async run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      await orAborted(this.#resumed, signal);
      await this.#enter(signal);
      const running = this.#running.signal;
      try {
        if (running.aborted) continue;
        return await within([signal, running], work);
      } catch (error) {
        if (signal?.aborted || !running.aborted) throw error;
      } finally {
        this.#leave();
      }
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let enter!: () => void;
    const turn = new Promise<void>((resolve) => this.#queue.push((enter = resolve)));
    try {
      await orAborted(turn, signal);
    } catch (error) {
      const place = this.#queue.indexOf(enter);
      // The place was given to this one already: it goes on to the next.
      if (place < 0) this.#leave();
      else this.#queue.splice(place, 1);
      throw error;
    }
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free++;
  }
}
