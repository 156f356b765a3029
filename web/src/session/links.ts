import { session } from "./session";

/** What came of a one-time link in the address. */
export type LinkResult = "none" | "signed-in" | "used" | "unreachable";

/** Signs in by the one-time link that ./run.sh prints. The part after # is never sent by browsers; the key goes in a body. */
export async function takeLink(): Promise<LinkResult> {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return "none";
  // The key works once; remove it from the address bar and the history.
  history.replaceState(null, "", location.pathname);
  try {
    const response = await fetch("/dev/sign-in", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key }) });
    if (!response.ok) return "used";
    const { token } = (await response.json()) as { token: string };
    return session.signIn(token) ? "signed-in" : "used";
  } catch {
    return "unreachable";
  }
}
