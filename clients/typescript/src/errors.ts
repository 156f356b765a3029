/** An error of the API, of the object store, or of the way to them. `code` is stable; the message says what to do. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  /** The HTTP status; 0 if no response came. */
  readonly status: number;
  /** On invalid input: what is wrong, by field. */
  readonly errors?: Record<string, string[]>;
  /** Seconds after which the same request can succeed. */
  readonly retryAfter?: number;
  /** The whole problem details, with the extensions of the code, such as `maxSize`. */
  readonly problem?: Record<string, unknown>;

  constructor(
    /** Of the API, or of this client: `unreachable`, `timeout`, `storage_refused`, `url_expired`, `not_finished`, `unexpected_response`. */
    readonly code: string,
    message: string,
    details: { status?: number; problem?: Record<string, unknown> | undefined; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.status = details.status ?? 0;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
    if (details.problem) {
      this.problem = details.problem;
      if (details.problem["errors"]) this.errors = details.problem["errors"] as Record<string, string[]>;
    }
  }
}

/** Reads the problem details of a refused request. */
export async function problemOf(response: Response): Promise<PipelineError> {
  const { status } = response;
  const retryAfter = secondsOf(response.headers.get("Retry-After"));
  let problem: Record<string, unknown> | undefined;
  try {
    problem = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy's page, or a body that broke: the status has to do.
  }
  return typeof problem?.["code"] === "string"
    ? new PipelineError(problem["code"], String(problem["detail"] ?? problem["title"] ?? ""), { status, problem, retryAfter })
    : new PipelineError("unexpected_response", `The server answered with status ${status}. Check that baseUrl is the address of a Pipeline server.`, { status, retryAfter });
}

/** The seconds of a Retry-After, which may also be a date. */
export function secondsOf(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined;
  const seconds = /^\s*\d+\s*$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
