import { useSyncExternalStore } from "react";

interface Spoken {
  polite: string;
  assertive: string;
}

let spoken: Spoken = { polite: "", assertive: "" };
const listeners = new Set<() => void>();

/** Says something to screen readers: when they are free, or at once. */
export function announce(text: string, how: keyof Spoken = "polite"): void {
  // The same text twice would not be read; a space makes it another.
  spoken = { ...spoken, [how]: spoken[how] === text ? `${text} ` : text };
  for (const listener of listeners) listener();
}

/** Forgets what was said, such as in another language. */
export function hush(): void {
  spoken = { polite: "", assertive: "" };
  for (const listener of listeners) listener();
}

/** The live regions, which must be on the page before their text. */
export function LiveRegions() {
  const { polite, assertive } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => spoken,
  );
  return (
    <div className="hidden">
      <div aria-live="polite" data-live="polite">
        {polite}
      </div>
      <div aria-live="assertive" data-live="assertive">
        {assertive}
      </div>
    </div>
  );
}
