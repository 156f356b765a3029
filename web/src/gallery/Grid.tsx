import type { Asset } from "@pipeline/client";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useWords } from "../words/words";
import { Tile } from "./Tile";

const SMALLEST = 150;
const GAP = 8;
/** Rows before the end at which more is read, so that nobody sees the end move. */
const AHEAD = 16;

interface Props {
  items: readonly Asset[];
  selected: ReadonlySet<string>;
  onSelect: (id: string, isRange: boolean) => void;
  onEnd: () => void;
}

/** Rows of square tiles; only those within reach are on the page. */
export function Grid({ items, selected, onSelect, onEnd }: Props) {
  const say = useWords();
  const box = useRef<HTMLUListElement>(null);
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const { left, right, top } = box.current!.getBoundingClientRect();
      setPlace((before) => (before.width === right - left && before.top === top + scrollY ? before : { width: right - left, top: top + scrollY }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(2, Math.floor((width + GAP) / (SMALLEST + GAP)));
  const side = Math.floor((width - GAP * (columns - 1)) / columns);
  const count = width === 0 ? 0 : Math.ceil(items.length / columns);
  const rows = useWindowVirtualizer({ count, estimateSize: () => side + GAP, overscan: 2, scrollMargin: top });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows have another height when the side changes
  useEffect(() => rows.measure(), [side]);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0 && last >= count - AHEAD) onEnd();
  }, [last, count, onEnd]);
  return (
    <ul ref={box} className="grid" aria-label={say("gallery.title")} style={{ height: rows.getTotalSize() }}>
      {shown.flatMap(({ index, start }) =>
        items.slice(index * columns, (index + 1) * columns).map((asset, column) => (
          <li
            key={asset.id}
            aria-setsize={items.length}
            aria-posinset={index * columns + column + 1}
            style={{ width: side, height: side, transform: `translate(${column * (side + GAP)}px, ${start - top}px)` }}
          >
            <Tile asset={asset} width={side} isSelected={selected.has(asset.id)} onSelect={onSelect} />
          </li>
        )),
      )}
    </ul>
  );
}
