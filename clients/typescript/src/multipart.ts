import { PipelineError } from "./errors.js";
import type { Gate } from "./gate.js";
import type { Http } from "./http.js";
import { mayPutAgain, put, type SignedPut } from "./put.js";
import { retry } from "./retry.js";
import type { Source } from "./source.js";

/** Remembers the ids of unfinished multipart uploads, by file. `localStorage` is one. */
export interface ResumeStore {
  getItem(key: string): string | null;
  setItem(key: string, id: string): void;
  removeItem(key: string): void;
}

/** A multipart upload: the server chooses the parts and knows which have arrived. */
interface Multipart {
  id: string;
  key: string;
  partSize: number;
  partCount: number;
}

/** Its state; another status than `pending` means that it is completed and confirmed. */
export interface MultipartState extends Multipart {
  status: string;
  parts: { number: number; size: number }[];
}

interface SignedPart {
  number: number;
  url: string;
  headers: Record<string, string>;
}

/** How often parts that got lost at the store are sent again. */
const MOST_ROUNDS = 3;

/** The key of a file in a {@link ResumeStore}. */
export function memoryOf(http: Http, source: Source): string {
  return `pipeline:${http.baseUrl}:${source.name}:${source.size}:${source.lastModified}`;
}

/** The upload of this file that an earlier visit began; nothing if there is none, or it is over, or another user's. */
export async function resumed(http: Http, source: Source, store: ResumeStore | undefined, signal: AbortSignal): Promise<MultipartState | undefined> {
  const memory = memoryOf(http, source);
  const id = store?.getItem(memory);
  if (!id) return undefined;
  try {
    return await http.json<MultipartState>(`/api/upload/multipart/${encodeURIComponent(id)}`, { signal });
  } catch (error) {
    if (!(error instanceof PipelineError) || (error.status !== 404 && error.status !== 409)) throw error;
    store?.removeItem(memory);
    return undefined;
  }
}

/** Begins to send a presigned upload in parts. */
export async function begin(http: Http, id: string, signal: AbortSignal): Promise<MultipartState> {
  return { ...(await http.json<Multipart>("/api/upload/multipart", { body: { id }, signal })), status: "pending", parts: [] };
}

/** Sends the parts that are missing, some at a time, and completes the upload, which confirms it. The result is its status. */
export async function sendParts(
  http: Http, state: MultipartState, source: Source, gate: Gate, show: (sent: number) => void, signal: AbortSignal,
): Promise<string> {
  if (state.status !== "pending") return state.status;
  const sent = new Map(state.parts.map(({ number, size }) => [number, size]));
  const tell = (): void => show([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  let missing = Array.from({ length: state.partCount }, (_, place) => place + 1).filter((number) => !sent.has(number));
  tell();
  for (let round = 1; ; round++) {
    // All at once, since the gate limits them. A failure comes after the others have stopped.
    const results = await Promise.allSettled(missing.map((number) => sendPart(http, state, number, source, gate, (bytes) => (sent.set(number, bytes), tell()), signal)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    try {
      return (await http.json<{ status: string }>(`/api/upload/multipart/${state.id}/complete`, { method: "POST", signal })).status;
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== "parts_missing" || round >= MOST_ROUNDS) throw error;
      missing = (error.problem?.["missing"] as number[] | undefined) ?? [];
    }
  }
}

function sendPart(http: Http, state: MultipartState, number: number, source: Source, gate: Gate, sent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const start = (number - 1) * state.partSize;
  const part = source.slice(start, Math.min(start + state.partSize, source.size));
  return gate.run(signal, (running) =>
    // Each attempt has a URL of its own, so none is older than its request.
    retry(http.options, running, async () => {
      const { parts } = await http.json<{ parts: SignedPart[] }>(`/api/upload/multipart/${state.id}/parts`, { body: { parts: [number] }, signal: running });
      const signed = parts[0] as SignedPut | undefined;
      if (!signed) throw new PipelineError("unexpected_response", "The server signed no part.");
      await put(signed, part, sent, running);
    }, mayPutAgain));
}
