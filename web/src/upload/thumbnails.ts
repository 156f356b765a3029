import { useEffect, useState } from "react";

const SIDE = 96;
const MOST_AT_ONCE = 2;

/** Small pictures of the files, by the id of the file and later by that of the asset; a large preview for each would fill the memory. */
const made = new Map<string, string>();
const waiting: (() => void)[] = [];
let running = 0;

export function moveThumbnail(from: string, to: string): void {
  const url = made.get(from);
  if (url) made.set(to, url);
}

async function make(file: Blob): Promise<string | undefined> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: SIDE, resizeQuality: "medium" });
    const canvas = new OffscreenCanvas(Math.min(bitmap.width, SIDE * 2), bitmap.height);
    canvas.getContext("2d")!.drawImage(bitmap, (canvas.width - bitmap.width) / 2, 0);
    bitmap.close();
    return URL.createObjectURL(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 }));
  } catch {
    // The browser cannot decode it, such as HEIC; the server may.
    return undefined;
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** The small picture of a file, made when its row is shown first. */
export function useThumbnail(id: string, file?: Blob): string | undefined {
  const [url, setUrl] = useState(() => made.get(id));
  useEffect(() => {
    const known = made.get(id);
    if (known || !file) {
      setUrl(known);
      return;
    }
    let isStale = false;
    void make(file).then((one) => {
      if (one) made.set(id, one);
      if (!isStale) setUrl(one);
    });
    return () => {
      isStale = true;
    };
  }, [id, file]);
  return url;
}
