import { PipelineError } from "./errors.js";
import type { Http } from "./http.js";
import { announce, type Source } from "./source.js";
import type { Presigned, PresignedBatch, PresignFields } from "./types.js";

/** What the server accepts in one request, and bytes after which URLs would wait long for their turn: 4 minutes at 8 Mbit/s. */
const MOST_FILES = 100;
const MOST_BYTES = 250_000_000;

/** A URL whose rest of life is shorter is replaced before it is used. */
const MARGIN = 30_000;

/** A presigned upload that knows when its URL expires by this machine's clock, which may differ from the server's. */
export class SignedUpload {
  #expiresAt: number;

  constructor(public presigned: Presigned, readonly batchId?: string) {
    this.#expiresAt = Date.now() + presigned.expiresIn * 1000;
  }

  /** Another URL for the same upload. */
  async signAgain(http: Http, signal: AbortSignal | undefined): Promise<void> {
    this.presigned = await http.json<Presigned>(`/api/upload/${this.presigned.id}/url`, { method: "POST", signal });
    this.#expiresAt = Date.now() + this.presigned.expiresIn * 1000;
  }

  get expiresSoon(): boolean {
    return this.#expiresAt - Date.now() < Math.min(MARGIN, this.presigned.expiresIn * 500);
  }
}

/** Requests the URLs of many files: when the turn of a file comes, for it and the files after it, so that URLs do not expire in the queue. */
export class Presigns {
  readonly #answers = new Map<number, SignedUpload | PipelineError>();
  readonly #taken = new Set<number>();
  #turn: Promise<unknown> = Promise.resolve();
  #most = MOST_FILES;

  constructor(readonly http: Http, readonly files: { index: number; source: Source; fields: PresignFields }[], readonly signal: AbortSignal | undefined) {}

  /** The upload of a file, by its position. */
  take(index: number): Promise<SignedUpload> {
    const taken = this.#turn.then(async () => {
      while (!this.#answers.has(index)) await this.#request(index);
      const answer = this.#answers.get(index)!;
      this.#answers.delete(index);
      this.#taken.add(index);
      if (answer instanceof SignedUpload) return answer;
      throw answer;
    });
    this.#turn = taken.catch(() => {});
    return taken;
  }

  async #request(from: number): Promise<void> {
    const group: typeof this.files = [];
    let bytes = 0;
    for (const file of this.files.filter(({ index }) => index === from || (index > from && !this.#answers.has(index) && !this.#taken.has(index)))) {
      bytes += file.source.size;
      if (group.length > 0 && (group.length >= this.#most || bytes > MOST_BYTES)) break;
      group.push(file);
    }
    const bodies = group.map(({ source, fields }) => ({ ...announce(source), ...fields }));
    try {
      if (bodies.length === 1) {
        this.#answers.set(from, new SignedUpload(await this.http.json<Presigned>("/api/upload/presigned-url", { body: bodies[0], creates: true, signal: this.signal })));
      } else {
        const { batchId, uploads } = await this.http.json<PresignedBatch>("/api/upload/presigned-urls", { body: { files: bodies }, creates: true, signal: this.signal });
        group.forEach(({ index }, place) => this.#answers.set(index, new SignedUpload(uploads[place]!, batchId)));
      }
      this.#most = Math.min(MOST_FILES, this.#most * 2);
    } catch (error) {
      const refused = (error instanceof PipelineError && (error.problem?.["files"] as { index: number; code: string; detail: string }[] | undefined)) || [];
      // Each refused file gets its own reason; the others are requested without them.
      for (const { index, ...problem } of refused)
        if (group[index]) this.#answers.set(group[index].index, new PipelineError(problem.code, problem.detail, { status: 400, problem }));
      if (refused.length > 0) return;
      if (!(error instanceof PipelineError)) throw error;
      // Too many for what is left may be few enough one by one. What else fails, fails for all of the group.
      if (bodies.length > 1 && error.status === 429) this.#most = 1;
      else for (const { index } of group) this.#answers.set(index, error);
    }
  }
}
