import { useEffect, useRef, useState } from "react";
import type { PhotoFile } from "./types";

export interface Progress {
  files: number;
  sent: number;
  bytes: number;
  sentBytes: number;
  failed: number;
  waiting: number;
  isPaused: boolean;
  hasBegun: boolean;
}

export function isSent(file: PhotoFile): boolean {
  return file.progress.uploadComplete === true;
}

/** Sums up the files of Uppy. */
export function progressOf(files: readonly PhotoFile[]): Progress {
  const sums: Progress = { files: 0, sent: 0, bytes: 0, sentBytes: 0, failed: 0, waiting: 0, isPaused: false, hasBegun: false };
  for (const file of files) {
    if (file.meta.failed || file.isGhost) {
      sums.failed++;
      continue;
    }
    sums.files++;
    sums.bytes += file.size ?? 0;
    sums.sentBytes += isSent(file) ? (file.size ?? 0) : Number(file.progress.bytesUploaded) || 0;
    if (isSent(file)) sums.sent++;
    else sums.waiting++;
    if (file.isPaused) sums.isPaused = true;
    if (file.progress.uploadStarted) sums.hasBegun = true;
  }
  return sums;
}

/** Seconds until all is sent, by the speed of the last seconds; undefined until there is one. */
export function useTimeLeft({ bytes, sentBytes, isPaused }: Progress): number | undefined {
  const now = useRef(sentBytes);
  now.current = sentBytes;
  const [speed, setSpeed] = useState(0);
  useEffect(() => {
    let last = now.current;
    const timer = setInterval(() => {
      const sent = now.current - last;
      last = now.current;
      // Fewer bytes than before: files were removed, or begin again.
      setSpeed((before) => (sent < 0 ? before : before === 0 ? sent : before * 0.7 + sent * 0.3));
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return isPaused || speed < 1 || sentBytes >= bytes ? undefined : (bytes - sentBytes) / speed;
}
