import { PipelineError } from "./errors.js";
import type { Http } from "./http.js";
import { online, sleep } from "./signals.js";
import type { PipelineEvent } from "./types.js";

export interface EventsOptions {
  /** Events of one asset or one batch only; such a stream ends when all is final. */
  asset?: string;
  batch?: string;
  /** The id of the last event that you know; after it nothing is missed. */
  after?: string;
  signal?: AbortSignal;
}

/** An event, or `reset`: the event of `after` is forgotten, and the current state follows. */
export type StreamEvent = PipelineEvent | { type: "reset" };

/** The server sends a comment after 15 s without a byte; a connection that is silent for longer is broken. */
const SILENCE = 45_000;

/** Server-Sent Events by fetch, which can send a token and read a 429, as EventSource cannot. Reconnects where it was; nothing is lost or repeated. */
export async function* events(http: Http, { asset, batch, after, signal }: EventsOptions): AsyncGenerator<StreamEvent, void, undefined> {
  const path = asset ? `/api/assets/${encodeURIComponent(asset)}/events` : batch ? `/api/batches/${encodeURIComponent(batch)}/events` : "/api/events/stream";
  let last = after ?? "";
  let pause = 2000;
  for (let failures = 0; ; ) {
    let wait = pause;
    const silence = new AbortController();
    const closed = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new PipelineError("timeout", "The stream is silent.")), SILENCE);
    };
    const stop = (): void => closed.abort(signal?.reason);
    signal?.addEventListener("abort", stop);
    silence.signal.addEventListener("abort", () => closed.abort(silence.signal.reason));
    try {
      signal?.throwIfAborted();
      await online(signal);
      alive();
      const response = await http.open(path, { headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) }, signal: closed.signal });
      if (response.status === 204 || !response.body) return; // all was read before
      for await (const message of messages(response.body, alive)) {
        signal?.throwIfAborted(); // not the rest of what has arrived
        failures = 0;
        if (message.retry) pause = message.retry;
        if (message.id) last = message.id;
        if (message.event === "end") return;
        if (message.event === "reset") yield { type: "reset" };
        if (message.event === "status") yield JSON.parse(message.data) as PipelineEvent;
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof PipelineError && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408) throw error;
      if (error instanceof SyntaxError) throw new PipelineError("unexpected_response", "The stream has a message that is not JSON.", { cause: error });
      wait = error instanceof PipelineError && error.retryAfter !== undefined ? error.retryAfter * 1000 : Math.min(30_000, pause * 2 ** failures++);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      closed.abort(); // also when the caller leaves the loop
    }
    await sleep(wait * (0.75 + Math.random() / 2), signal);
  }
}

interface Message {
  event: string;
  data: string;
  id?: string;
  retry?: number;
}

/** The messages of an event stream (HTML, 9.2.6). */
export async function* messages(body: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<Message, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let message: Message = { event: "message", data: "" };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      text += decoder.decode(value, { stream: true });
      const lines = text.split(/\r\n|\n|\r(?=.)/s);
      text = lines.pop()!;
      for (const line of lines) {
        if (line === "") {
          yield message;
          message = { event: "message", data: "" };
          continue;
        }
        const [, name, content = ""] = /^([^:]*):? ?(.*)$/s.exec(line)!;
        if (name === "event") message.event = content;
        else if (name === "data") message.data += (message.data && "\n") + content;
        else if (name === "id") message.id = content;
        else if (name === "retry" && /^\d+$/.test(content)) message.retry = Number(content);
      }
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

