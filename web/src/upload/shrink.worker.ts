/** Makes a photo smaller. Runs apart from the page, so that the page stays quick. */
const SIDE = 1920;
const BYTES = 1024 * 1024;
const QUALITIES = [0.85, 0.75, 0.65, 0.5];

self.onmessage = async ({ data: file }: MessageEvent<Blob>) => {
  try {
    self.postMessage(await shrink(file));
  } catch {
    // What cannot be decoded here is sent as it is.
    self.postMessage(null);
  }
};

async function shrink(file: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  if (file.type !== "image/jpeg" && isTransparent(context.getImageData(0, 0, canvas.width, canvas.height).data)) return null;
  let smallest: Blob | null = null;
  for (const quality of QUALITIES) {
    smallest = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (smallest.size <= BYTES) break;
  }
  return smallest && smallest.size < file.size ? smallest : null;
}

function isTransparent(pixels: Uint8ClampedArray): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at]! < 255) return true;
  return false;
}
