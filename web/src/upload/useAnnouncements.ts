import { useEffect, useRef } from "react";
import { shownName } from "../api/names";
import { announce } from "../parts/announcer";
import { say, sayCode } from "../words/words";
import type { Progress } from "./progress";
import type { Notice, Queue } from "./queue";

/** What a notice means and what to do, in words. */
export function sayNotice(notice: Notice): string {
  const name = shownName(notice.name);
  const [code, values] = notice.kind === "refused" ? [notice.refusal.code, notice.refusal.values] : [notice.code, notice.values];
  const maxMegabytes = typeof values.maxSize === "number" ? Math.round((values.maxSize / 1024 / 1024) * 10) / 10 : "?";
  return `${name}: ${sayCode(notice.kind === "refused" ? "refused" : "problem", code, "problem.other", { ...values, maxMegabytes, seconds: 60 })}`;
}

/** Tells screen readers the start, each quarter, one end, and each error. */
export function useAnnouncements(queue: Queue, { files, sent, bytes, sentBytes, waiting, hasBegun }: Progress): void {
  const quarter = useRef(-1);
  useEffect(() => queue.onNotice((notice) => announce(sayNotice(notice), "assertive")), [queue]);
  useEffect(() => {
    if (waiting === 0) {
      if (quarter.current >= 0) announce(say("announce.done", { count: sent }));
      quarter.current = -1;
      return;
    }
    // The files of one choice are judged one after the other, and then sent.
    if (!hasBegun) return;
    const now = bytes === 0 ? 0 : Math.floor((sentBytes / bytes) * 4);
    if (quarter.current < 0) announce(say("announce.start", { count: files }));
    else if (now > quarter.current && now < 4) announce(say("announce.quarter", { percent: now * 25 }));
    quarter.current = Math.max(now, quarter.current, 0);
  }, [files, sent, bytes, sentBytes, waiting, hasBegun]);
}
