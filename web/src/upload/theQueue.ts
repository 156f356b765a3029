import { session } from "../session/session";
import { Queue } from "./queue";

let queue: Promise<Queue> | undefined;

/** The queue of this tab. It lives on while other pages are shown. One tab of a browser keeps its queue through reloads; two would send the same files. */
export function theQueue(): Promise<Queue> {
  queue ??= open();
  return queue;
}

async function open(): Promise<Queue> {
  const { userId } = session.person!;
  const made = new Queue(userId, await isFirst(userId));
  addEventListener("beforeunload", (event) => {
    const isSending = made.uppy.getFiles().some((file) => file.progress.uploadStarted && !file.progress.uploadComplete && !file.meta.failed && !file.isGhost);
    if (isSending) event.preventDefault();
  });
  return made;
}

function isFirst(userId: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    void navigator.locks.request(`pipeline-queue:${userId}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // Held until the tab closes or crashes.
      return lock && new Promise(() => {});
    });
  });
}
