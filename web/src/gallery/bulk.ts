import { keepFocus } from "../parts/focus";

const AT_ONCE = 4;

export interface BulkResult {
  done: number;
  failed: number;
}

/** Does something with many assets, a few at a time; one that fails does not stop the others. */
export async function forAll(ids: readonly string[], each: (id: string) => Promise<unknown>): Promise<BulkResult> {
  const waiting = [...ids];
  const result: BulkResult = { done: 0, failed: 0 };
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await each(id);
        result.done++;
      } catch {
        result.failed++;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  keepFocus();
  return result;
}
