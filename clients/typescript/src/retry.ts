import { PipelineError } from "./errors.js";
import { online, sleep } from "./signals.js";

/** When requests are sent again. */
export interface RetryOptions {
  /** Attempts of a request whose connection breaks, or that meets a temporary fault of the server. Default 5. */
  tries?: number;
  /** First wait between attempts in milliseconds; doubles up to 10 s, with jitter. Default 500. */
  firstBackoff?: number;
  /** Longest Retry-After that is waited for, in seconds; a longer one is an error at once, with its `retryAfter`. Default 120. */
  longestRetryAfter?: number;
}

/** How often one request waits because the server asks for it: enough to queue behind others of the same user. */
const MOST_WAITS = 20;

const PASSING = new Set([0, 408, 500, 502, 503, 504]);

/** Repeats an attempt, as the error allows. Attempts must be safe to repeat. */
export async function retry<T>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: (failures: number) => Promise<T>,
  isPassing = (error: PipelineError): boolean => PASSING.has(error.status),
): Promise<T> {
  const { tries = 5, firstBackoff = 500, longestRetryAfter = 120 } = options;
  for (let failures = 0, waits = 0; ; ) {
    await online(signal);
    try {
      return await attempt(failures + waits);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!(error instanceof PipelineError)) throw error;
      const asked = error.retryAfter ?? (error.status === 429 ? 5 : undefined);
      const mayWait = asked !== undefined && (error.status === 429 || error.status === 503 || error.code === "idempotency_in_progress");
      if (mayWait) {
        if (asked > longestRetryAfter || ++waits > MOST_WAITS) throw error;
        // Jitter after the wait, so that tabs that were refused together do not come back together.
        await sleep(asked * 1000 + Math.random() * 250, signal);
      } else {
        if (!isPassing(error) || ++failures >= tries) throw error;
        await sleep(Math.min(10_000, firstBackoff * 2 ** (failures - 1)) * (0.5 + Math.random() / 2), signal);
      }
    }
  }
}
