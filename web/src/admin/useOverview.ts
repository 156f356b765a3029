import { messages } from "@pipeline/client/events";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, PipelineError } from "../api/client";
import { session } from "../session/session";
import { overview } from "./requests";
import type { Overview } from "./types";

/** The stream has a message each 5 s. */
const SILENCE = 20_000;
const POLL = 10_000;

/** One stream for all tabs of a browser, as with the events of assets. */
function follow(take: (data: Overview) => void): () => void {
  const user = session.person?.userId ?? "";
  const channel = new BroadcastChannel(`pipeline-overview:${user}`);
  const stop = new AbortController();
  channel.onmessage = ({ data }: MessageEvent<Overview>) => take(data);

  const read = async (): Promise<void> => {
    const broken = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => broken.abort(), SILENCE);
    };
    try {
      alive();
      const { body } = await client.http.open("/api/admin/overview/stream", {
        headers: { Accept: "text/event-stream" },
        signal: AbortSignal.any([stop.signal, broken.signal]),
      });
      for await (const message of messages(body!, alive)) {
        if (message.event !== "overview") continue;
        const data = JSON.parse(message.data) as Overview;
        channel.postMessage(data);
        take(data);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  const lead = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await read();
      } catch (error) {
        // Without the role the page says so; another try would not help.
        if (error instanceof PipelineError && error.status === 403) return;
      }
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  };
  if (navigator.locks) navigator.locks.request(`pipeline-overview:${user}`, { signal: stop.signal }, lead).catch(() => {});
  else void lead();
  return () => {
    stop.abort();
    channel.close();
  };
}

/** The overview: by the stream, and by requests while the stream is silent. */
export function useOverview() {
  const cache = useQueryClient();
  const query = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => overview({ signal }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.error instanceof PipelineError && state.error.status === 403 ? false : Date.now() - state.dataUpdatedAt > SILENCE ? POLL : SILENCE,
  });
  useEffect(() => follow((data) => cache.setQueryData(["overview"], data)), [cache]);
  return query;
}

/** The time, again and again. */
export function useNow(every = 1000): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
