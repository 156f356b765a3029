import { PipelineError } from "./errors.js";
import { within } from "./signals.js";
import type { Source } from "./source.js";

/** A presigned PUT, as the API returns it. */
export interface SignedPut {
  url: string;
  headers: Record<string, string>;
}

/** Longest time without a byte sent. */
const STALL = 60_000;

const PIECE = 64 * 1024;

interface Answer {
  status: number;
  body: string;
}

/** Sends the bytes to the object store once: by XMLHttpRequest in browsers, which alone reports progress there, else by fetch. */
export async function put(target: SignedPut, source: Source, sent: (bytes: number) => void, signal?: AbortSignal): Promise<void> {
  sent(0);
  const answer = await within([signal], async (both, abort) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const alive = (bytes?: number): void => {
      if (bytes !== undefined) sent(bytes);
      clearTimeout(timer);
      timer = setTimeout(() => abort(new PipelineError("timeout", "The upload made no progress for a minute. Try again.")), STALL);
    };
    alive();
    try {
      return await (typeof XMLHttpRequest !== "undefined" && source instanceof Blob ? byXhr : byFetch)(target, source, alive, both);
    } catch (error) {
      if (both.aborted) throw both.reason;
      throw new PipelineError(
        "unreachable",
        "The object store did not take the file: the connection broke, or the browser blocked the request. If it happens with each file, check that the CORS rules of the bucket name this page's origin.",
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
    }
  });
  if (answer.status >= 200 && answer.status < 300) return sent(source.size);
  throw refusal(answer);
}

/** Whether another PUT, with another URL, can succeed. */
export function mayPutAgain({ status, code }: PipelineError): boolean {
  return status === 0 || status === 403 || status === 408 || status === 429 || code === "incomplete_body" || (status >= 500 && status !== 507);
}

// Only the code of the store's error is shown, because the rest can contain the signed request.
function refusal({ status, body }: Answer): PipelineError {
  const code = /<Code>(\w{1,60})<\/Code>/.exec(body)?.[1] ?? "";
  const reason = status === 403 && /<(Code|Message)>[^<]{0,200}expired/i.test(body) ? "url_expired"
    : code === "IncompleteBody" || code === "RequestTimeout" ? "incomplete_body"
    : status === 507 ? "insufficient_storage"
    : "storage_refused";
  return new PipelineError(reason, `The object store refused the file with status ${status}${code && ` ${code}`}. Upload it again.`, { status });
}

function byXhr(target: SignedPut, source: Source, alive: (bytes?: number) => void, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const stop = (): void => xhr.abort();
    xhr.open("PUT", target.url);
    for (const [name, value] of Object.entries(target.headers)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => alive(event.loaded);
    xhr.onload = () => resolve({ status: xhr.status, body: xhr.responseText });
    xhr.onerror = xhr.onabort = () => reject(new TypeError("network error"));
    xhr.onloadend = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop);
    if (signal.aborted) return reject(new TypeError("aborted"));
    xhr.send(source as Blob);
  });
}

async function byFetch(target: SignedPut, source: Source, alive: (bytes?: number) => void, signal: AbortSignal): Promise<Answer> {
  const init: RequestInit & { duplex?: string } = { method: "PUT", headers: { ...target.headers }, signal };
  if (typeof process !== "undefined" && process.versions?.node) {
    // The length is signed, and Node sends a stream without it in chunks.
    (init.headers as Record<string, string>)["Content-Length"] = `${source.size}`;
    init.duplex = "half";
    init.body = pieces(source, alive) as unknown as ReadableStream;
  } else {
    init.body = source as Blob;
  }
  const response = await fetch(target.url, init);
  return { status: response.status, body: await response.text() };
}

/** Small pieces, because a Blob in memory is a single one, and each is counted when the next is asked for. */
async function* pieces(source: Source, alive: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source.stream() as unknown as AsyncIterable<Uint8Array>) {
    for (let at = 0; at < chunk.byteLength; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      yield piece;
      alive((bytes += piece.byteLength));
    }
  }
}
