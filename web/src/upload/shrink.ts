const FROM_BYTES = 1024 * 1024;
const HEAD = 64 * 1024;

/** An animation would lose all pictures but the first. */
export async function isAnimated(file: Blob): Promise<boolean> {
  if (file.type === "image/gif") return true;
  const head = new TextDecoder("latin1").decode(await file.slice(0, HEAD).arrayBuffer());
  return file.type === "image/png" ? head.includes("acTL") : file.type === "image/webp" && head.includes("ANIM");
}

let worker: Worker | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** A smaller version of a photo, at most 1 MB and 1920 pixels; the original if there is none. One at a time, since each fills memory with its pixels. */
export function shrunk(file: File, type: string): Promise<File> {
  const result = turn.then(() => shrink(file, type)).catch(() => file);
  turn = result;
  return result;
}

async function shrink(file: File, type: string): Promise<File> {
  const typed = file.slice(0, file.size, type);
  if (file.size <= FROM_BYTES || !["image/jpeg", "image/png", "image/webp"].includes(type) || (await isAnimated(typed))) return file;
  worker ??= new Worker(new URL("./shrink.worker.ts", import.meta.url), { type: "module" });
  const small = await new Promise<Blob | null>((resolve, reject) => {
    worker!.onmessage = ({ data }: MessageEvent<Blob | null>) => resolve(data);
    worker!.onerror = (event) => {
      worker!.terminate();
      worker = undefined;
      reject(new Error(event.message));
    };
    worker!.postMessage(typed);
  });
  if (!small) return file;
  return new File([small], file.name.replace(/\.(png|webp)$/i, ".jpg"), { type: "image/jpeg", lastModified: file.lastModified });
}
