import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { useWords } from "../words/words";
import type { Queue } from "./queue";
import type { Recent } from "./recents";
import type { PhotoFile } from "./types";
import { AssetRow, FileRow } from "./UploadRow";

export type RowItem = { file: PhotoFile } | { recent: Recent };

/** The files of the queue. Only the rows within reach are on the page, so that a large folder does not slow it down. */
export function Rows({ queue, items }: { queue: Queue; items: readonly RowItem[] }) {
  const say = useWords();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measured = list.current ? list.current.getBoundingClientRect().top + scrollY : 0;
    if (Math.abs(measured - top) > 1) setTop(measured);
  });
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => 88,
    overscan: 6,
    scrollMargin: top,
    getItemKey: (index) => keyOf(items[index]!),
  });
  return (
    <ul ref={list} className="rows" aria-label={say("upload.files")} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const item = items[index]!;
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - top}px)` }}
          >
            {"file" in item ? <FileRow queue={queue} file={item.file} /> : <AssetRow recent={item.recent} />}
          </li>
        );
      })}
    </ul>
  );
}

function keyOf(item: RowItem): string {
  return "file" in item ? item.file.id : item.recent.id;
}
