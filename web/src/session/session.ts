/** The person at this browser. Tokens live in memory and sessionStorage only. */
export interface Person {
  userId: string;
  roles: string[];
}

export type SessionState = "starting" | "none" | "signed-in" | "expired";

interface Message {
  ask?: true;
  token?: string;
}

const KEY = "token";

/** Reads the claims that the server uses; only the server checks the signature. */
export function personOf(token: string): Person | undefined {
  try {
    const [, body = ""] = token.split(".");
    const bytes = Uint8Array.from(atob(body.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const userId = claims.userId ?? claims.sub;
    return typeof userId === "string" ? { userId, roles: [claims.role].flat().filter((role) => typeof role === "string") } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the person has a role of operators. Only the server decides; the pages hide what it would refuse. */
export const isOperator = (person?: Person): boolean => person?.roles.some((role) => role === "viewer" || role === "operator" || role === "admin") ?? false;

/** Keeps the token, shares it with the other tabs, and waits for a new one when it has expired. */
class Session {
  #state: SessionState = "starting";
  #token: string | undefined;
  #person: Person | undefined;
  #listeners = new Set<() => void>();
  #waiting: ((token: string) => void)[] = [];
  /** What another tab offers may be the token that the server just refused. */
  readonly #refused = new Set<string>();
  #channel = new BroadcastChannel("pipeline-session");

  constructor() {
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.ask && this.#token) this.#channel.postMessage({ token: this.#token } satisfies Message);
      // A tab never changes its person under the user's hands.
      if (data.token && !this.#token && !this.#refused.has(data.token) && (!this.#person || personOf(data.token)?.userId === this.#person.userId))
        this.signIn(data.token, false);
    };
  }

  get state(): SessionState {
    return this.#state;
  }

  get person(): Person | undefined {
    return this.#person;
  }

  /** Takes the token of this tab, or that of another tab of the same browser. */
  async start(): Promise<void> {
    const kept = sessionStorage.getItem(KEY);
    if (kept && this.signIn(kept, false)) return;
    this.#channel.postMessage({ ask: true } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (this.#state === "starting") this.#set("none");
  }

  /** Returns false if the text is no token. */
  signIn(token: string, share = true): boolean {
    const person = personOf(token);
    if (!person) return false;
    const isOther = this.#person && this.#person.userId !== person.userId;
    sessionStorage.setItem(KEY, token);
    if (isOther) {
      // The queue on the page is the other person's.
      location.assign("/");
      return true;
    }
    this.#token = token;
    this.#person = person;
    if (share) this.#channel.postMessage({ token } satisfies Message);
    for (const resolve of this.#waiting.splice(0)) resolve(token);
    this.#set("signed-in");
    return true;
  }

  signOut(): void {
    sessionStorage.removeItem(KEY);
    location.assign("/");
  }

  /** The server refused a token. Requests wait for the next one, so nothing is lost. */
  refused(token: string): void {
    if (token !== this.#token) return;
    this.#refused.add(token);
    this.#token = undefined;
    sessionStorage.removeItem(KEY);
    this.#set("expired");
    this.#channel.postMessage({ ask: true } satisfies Message);
  }

  token(): string | Promise<string> {
    return this.#token ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const session = new Session();
