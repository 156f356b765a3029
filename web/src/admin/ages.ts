import { say } from "../words/words";

/** A length of time in its two largest units at most. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return say("age.seconds", { count: s });
  if (s < 3600) return say("age.minutes", { count: Math.floor(s / 60) });
  if (s < 172_800) return say("age.hours", { count: Math.floor(s / 3600) });
  return say("age.days", { count: Math.floor(s / 86_400) });
}

/** How long ago a time was. */
export const since = (at: string, now: number): string => duration((now - Date.parse(at)) / 1000);
