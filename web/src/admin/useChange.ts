import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keepFocus } from "../parts/focus";
import { sayError } from "../words/words";

/** Changes something, and reads all that the page shows again. */
export function useChange() {
  const cache = useQueryClient();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const change = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      setDone(true);
    } catch (problem) {
      setError(sayError(problem));
    }
    setBusy(false);
    await cache.invalidateQueries();
    keepFocus();
  };
  return { change, error, isBusy, done };
}
