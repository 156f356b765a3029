import { PipelineError } from "./errors.js";
import type { Http } from "./http.js";
import type { ConfirmResult } from "./types.js";

/** What the server accepts in one request. */
export const MOST_IDS = 100;

/** Confirms uploads: those that arrive while a request runs share the next one, so that no file waits for a group to fill. */
export class Confirms {
  readonly #waiting: { id: string; resolve: (status: string) => void; reject: (error: unknown) => void }[] = [];
  #isRunning = false;

  constructor(readonly http: Http, readonly signal: AbortSignal | undefined) {}

  /** Confirms an upload; the result is its status. */
  confirm(id: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST_IDS);
      const results = await confirmAll(this.http, group.map((one) => one.id), this.signal).catch((error: unknown) => error);
      group.forEach(({ resolve, reject }, index) => {
        if (!Array.isArray(results)) return reject(results);
        const { success, status, error } = results[index] as ConfirmResult;
        if (success) resolve(status ?? "queued");
        else reject(new PipelineError(error?.code ?? "unexpected_response", error?.detail ?? "The server did not confirm the upload.", { status: 409 }));
      });
    }
    this.#isRunning = false;
  }
}

/** Confirms up to 100 uploads. What the store did not answer for is asked again by itself, which waits as long as the server says. */
export async function confirmAll(http: Http, ids: string[], signal: AbortSignal | undefined): Promise<ConfirmResult[]> {
  if (ids.length > 1) {
    const { results } = await http.json<{ results: ConfirmResult[] }>("/api/upload/confirm-batch", { body: { ids }, signal });
    return Promise.all(results.map(async (result) => (result.error?.code === "unavailable" ? (await confirmAll(http, [result.id], signal))[0]! : result)));
  }
  const id = ids[0]!;
  try {
    const { status } = await http.json<{ status: ConfirmResult["status"] }>("/api/upload/confirm", { body: { id }, signal });
    return [{ id, success: true, status } as ConfirmResult];
  } catch (error) {
    if (!(error instanceof PipelineError) || (error.status !== 404 && error.status !== 409)) throw error;
    return [{ id, success: false, error: { code: error.code, detail: error.message } } as ConfirmResult];
  }
}
