import type { PipelineEvent, StreamEvent } from "@pipeline/client";
import { client } from "../api/client";
import { session } from "../session/session";
import { assets } from "./assets";

type Message = { event: PipelineEvent } | { reset: true };
type Listener = (event: PipelineEvent) => void;

const listeners = new Set<Listener>();

/** Hears all events of the user. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * One stream for all tabs of a browser: the tab that holds the lock reads it and tells the others. A browser has six connections to a server over
 * HTTP/1.1, so a stream in each tab would stop the seventh tab.
 */
export function followEvents(): () => void {
  const user = session.person!.userId;
  const channel = new BroadcastChannel(`pipeline-events:${user}`);
  const stop = new AbortController();
  let last = "";

  const take = (message: Message): void => {
    if ("reset" in message) {
      void assets.read(assets.open);
      return;
    }
    // Repeated events are skipped by their sequence.
    if (message.event.id) last = message.event.id;
    assets.event(message.event);
    for (const listener of listeners) listener(message.event);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => take(data);

  const lead = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        for await (const event of client.events({ signal: stop.signal, ...(last && { after: last }) })) {
          const message: Message = isReset(event) ? { reset: true } : { event };
          channel.postMessage(message);
          take(message);
        }
      } catch {
        if (stop.signal.aborted) return;
      }
      // The stream never ends by itself; a refused token comes here, and the next request waits for a new one.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      void assets.read(assets.open);
    }
  };
  // Without locks, as on pages without https, each tab reads for itself.
  if (navigator.locks) navigator.locks.request(`pipeline-stream:${user}`, { signal: stop.signal }, lead).catch(() => {});
  else void lead();

  return () => {
    stop.abort();
    channel.close();
  };
}

function isReset(event: StreamEvent): event is { type: "reset" } {
  return event.type === "reset";
}
