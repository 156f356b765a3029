import { useQuery } from "@tanstack/react-query";
import { useUppyState } from "@uppy/react";
import { use, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components/Button";
import { client } from "../api/client";
import { sayError, useWords } from "../words/words";
import { Chooser } from "./Chooser";
import { FormDemo } from "./FormDemo";
import { progressOf } from "./progress";
import type { Notice, Queue } from "./queue";
import { type RowItem, Rows } from "./Rows";
import type { Limits } from "./rules";
import { Summary } from "./Summary";
import { theQueue } from "./theQueue";
import { sayNotice, useAnnouncements } from "./useAnnouncements";

export default function UploadPage() {
  const say = useWords();
  const queue = use(theQueue());
  const limits = useQuery({ queryKey: ["limits"], queryFn: ({ signal }) => client.http.json<Limits>("/api/limits", { signal }) });
  return (
    <>
      <h1>{say("upload.title")}</h1>
      {limits.isError && (
        <p role="alert" className="bad">
          {sayError(limits.error)} <Button onPress={() => void limits.refetch()}>{say("again")}</Button>
        </p>
      )}
      {/* Without the limits no file could be judged. */}
      {limits.data && <Uploads queue={queue} limits={limits.data} />}
    </>
  );
}

function Uploads({ queue, limits }: { queue: Queue; limits: Limits }) {
  const say = useWords();
  const files = useUppyState(queue.uppy, (state) => state.files);
  const recents = useSyncExternalStore(queue.recents.subscribe, () => queue.recents.items);
  const all = useMemo(() => Object.values(files), [files]);
  const progress = useMemo(() => progressOf(all), [all]);
  const items = useMemo<RowItem[]>(
    () => [...all.filter((file) => !file.meta.confirmed).map((file) => ({ file })), ...recents.map((recent) => ({ recent }))],
    [all, recents],
  );
  const [shrinks, setShrinks] = useState(false);
  const refused = useRefused(queue);
  const isOnline = useOnline();
  const take = useCallback(
    (chosen: File[]) => {
      refused.clear();
      void queue.add(chosen, limits, shrinks);
    },
    [queue, limits, refused.clear, shrinks],
  );
  useAnnouncements(queue, progress);
  return (
    <>
      <Chooser limits={limits} onFiles={take} />
      <label className="option">
        <input type="checkbox" checked={shrinks} onChange={(event) => setShrinks(event.target.checked)} />
        {say("upload.shrink")}
      </label>
      {!isOnline && <p className="banner">{say("upload.offline")}</p>}
      {all.some((file) => file.isGhost) && <p className="banner">{say("upload.ghosts")}</p>}
      {refused.notices.length > 0 && (
        <ul className="refused bad" aria-label={say("upload.refused")}>
          {refused.notices.map((notice, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and the list only grows
            <li key={place}>{sayNotice(notice)}</li>
          ))}
        </ul>
      )}
      <Summary queue={queue} progress={progress} />
      {items.length > 0 && <Rows queue={queue} items={items} />}
      {recents.length > 0 && (
        <>
          <Button onPress={() => queue.recents.clear()}>{say("upload.clear")}</Button>
          <FormDemo ids={recents.map(({ id }) => id)} />
        </>
      )}
    </>
  );
}

/** The files of the last choice that were refused. */
function useRefused(queue: Queue): { notices: Notice[]; clear: () => void } {
  const [notices, setNotices] = useState<Notice[]>([]);
  useEffect(() => queue.onNotice((notice) => notice.kind === "refused" && setNotices((before) => [...before, notice])), [queue]);
  return { notices, clear: useCallback(() => setNotices([]), []) };
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      addEventListener("online", listener);
      addEventListener("offline", listener);
      return () => {
        removeEventListener("online", listener);
        removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
  );
}
