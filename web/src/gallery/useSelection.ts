import type { Asset } from "@pipeline/client";
import { useCallback, useMemo, useRef, useState } from "react";

/** Which assets are selected: one by one, or with Shift all between two. */
export function useSelection(items: readonly Asset[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const now = useRef(items);
  now.current = items;

  const select = useCallback((id: string, isRange: boolean) => {
    // React calls the function below later, when the last one is this one.
    const anchor = last.current;
    setChosen((before) => {
      const after = new Set(before);
      const places = [anchor, id].map((one) => now.current.findIndex((item) => item.id === one)).sort((a, b) => a - b);
      const [from, to] = places as [number, number];
      if (isRange && from >= 0) for (const item of now.current.slice(from, to + 1)) after.add(item.id);
      else if (!after.delete(id)) after.add(id);
      return after;
    });
    last.current = id;
  }, []);
  const clear = useCallback(() => setChosen(new Set()), []);
  const all = useCallback(() => setChosen(new Set(now.current.map(({ id }) => id))), []);
  // What a filter hides, or somebody else deleted, is not acted on.
  const selected = useMemo(() => new Set(items.filter(({ id }) => chosen.has(id)).map(({ id }) => id)), [items, chosen]);
  return { selected, select, clear, all };
}
