import type { Timeline as Lines } from "@pipeline/client";
import { useQuery } from "@tanstack/react-query";
import { client } from "../api/client";
import { sayCode, time, useLanguage, useWords } from "../words/words";

type Line = Lines["events"][number];

/** What happened to an asset. The server's sentences are English; in Korean the kinds stand alone. */
export function Timeline({ id, sequence }: { id: string; sequence: number }) {
  const { data } = useQuery({
    queryKey: ["timeline", id, sequence],
    queryFn: ({ signal }) => client.timeline(id, { signal, limit: 100 }),
    placeholderData: (before) => before,
  });
  return <Events events={data?.events ?? []} />;
}

export function Events({ events }: { events: Line[] }) {
  const say = useWords();
  const language = useLanguage();
  return (
    <section>
      <h2>{say("timeline.title")}</h2>
      <ol className="timeline">
        {events.map(({ at, kind, detail }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
          <li key={place}>
            <time dateTime={at}>{time(at)}</time> <b>{sayCode("timeline", kind, "timeline.other")}</b>
            {language === "en" && <> {detail}</>}
          </li>
        ))}
      </ol>
    </section>
  );
}
