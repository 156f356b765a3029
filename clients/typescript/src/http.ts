import { PipelineError, problemOf } from "./errors.js";
import { retry, type RetryOptions } from "./retry.js";
import { orAborted, within } from "./signals.js";

export interface ClientOptions extends RetryOptions {
  /** The address of the API, such as `https://uploads.example.com`. */
  baseUrl: string;
  /** The user's JWT, or a function that gets one. The function is called for each request, and again after a 401: cache the token in it. */
  token: string | (() => string | Promise<string>);
  /** Default: the global one. */
  fetch?: typeof fetch;
  /** Longest time of one API request in milliseconds. Default 30,000. */
  timeout?: number;
}

/** One request to the API. */
export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Sends an Idempotency-Key, the same in all attempts, so that a lost response creates nothing twice. */
  creates?: boolean;
  /** Seconds for which the server may hold its response. */
  wait?: number;
}

/** Sends requests to the API: with a token and a timeout, again if that helps, and with errors as {@link PipelineError}. */
export class Http {
  readonly baseUrl: string;
  readonly #fetch: typeof fetch;

  constructor(readonly options: ClientOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    // Without the wrapper, browsers refuse a fetch that is called as a method of another object.
    this.#fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  }

  /** Sends a request and reads its JSON. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    return (await this.answer<T>(path, call)).body;
  }

  /** Sends a request; all attempts together end with the signal. */
  answer<T>(path: string, call: Call = {}): Promise<{ body: T; response: Response }> {
    const headers: Record<string, string> = { ...call.headers };
    if (call.creates) headers["Idempotency-Key"] = `"${randomId()}"`;
    if (call.wait) headers["Prefer"] = `wait=${call.wait}`;
    return retry(this.options, call.signal, () =>
      within([call.signal], async (signal, abort) => {
        const timer = setTimeout(() => abort(new PipelineError("timeout", "The server did not respond in time. Try again.")), (this.options.timeout ?? 30_000) + (call.wait ?? 0) * 1000);
        try {
          const response = await this.open(path, { ...call, headers, signal });
          if (response.status === 204) return { body: undefined as T, response };
          return { body: (await orAborted(response.json(), signal)) as T, response };
        } catch (error) {
          throw error instanceof PipelineError ? error : signal.aborted ? signal.reason : new PipelineError("unreachable", "The connection to the server broke. Try again.", { cause: error });
        } finally {
          clearTimeout(timer);
        }
      }),
    );
  }

  /** Sends a request once and returns its successful response, with the body unread. */
  async open(path: string, call: Call): Promise<Response> {
    const { token } = this.options;
    for (let isFirst = true; ; isFirst = false) {
      const bearer = typeof token === "function" ? await token() : token;
      const headers: Record<string, string> = { Accept: "application/json", Authorization: `Bearer ${bearer}`, ...call.headers };
      if (call.body !== undefined) headers["Content-Type"] = "application/json";
      let response: Response;
      try {
        response = await this.#fetch(this.baseUrl + path, {
          method: call.method ?? (call.body === undefined ? "GET" : "POST"),
          headers,
          body: call.body === undefined ? null : JSON.stringify(call.body),
          signal: call.signal ?? null,
        });
      } catch (error) {
        if (call.signal?.aborted) throw call.signal.reason;
        throw new PipelineError("unreachable", "The server cannot be reached. Check the connection; in a browser, also that the server's FRONTEND_URL names this page's origin.", { cause: error });
      }
      if (response.ok) return response;
      const problem = await problemOf(response);
      if (response.status !== 401 || typeof token !== "function" || !isFirst) throw problem;
    }
  }
}

/** Unique among the user's requests of a day; nothing secret, and `crypto` is missing in Node 18 and on pages without https. */
function randomId(): string {
  const part = (): string => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${part()}-${part()}`;
}
