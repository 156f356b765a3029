/** Runs with a signal that ends with any of the given ones; AbortSignal.any is missing in Node 18 and older browsers. */
export async function within<T>(signals: (AbortSignal | undefined)[], run: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const ends: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    const stop = (): void => controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    ends.push(() => signal.removeEventListener("abort", stop));
  }
  try {
    return await run(controller.signal, (reason) => controller.abort(reason));
  } finally {
    for (const end of ends) end();
  }
}

/** Rejects with the reason of the signal when it ends first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  return orAborted(new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds))), signal).finally(() => clearTimeout(timer));
}

/** Waits until the browser is online; elsewhere it returns at once. */
export function online(signal?: AbortSignal): Promise<void> {
  if (typeof window === "undefined" || navigator.onLine !== false) return Promise.resolve();
  return orAborted(new Promise<void>((resolve) => window.addEventListener("online", () => resolve(), { once: true })), signal);
}
