/** How many bytes tell the type. */
const HEAD = 32;

const BRANDS: Record<string, string> = {
  heic: "image/heic",
  heix: "image/heic",
  hevc: "image/heic",
  mif1: "image/heic",
  msf1: "image/heic",
  avif: "image/avif",
  avis: "image/avif",
};

/** The type of an image by its first bytes; undefined if they are of no image that is known here. */
export function typeOfBytes(bytes: Uint8Array): string | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "image/gif";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "image/webp";
  if (text(4, 8) === "ftyp") return BRANDS[text(8, 12)];
  if (/^(\ufeff|\u00ef\u00bb\u00bf)?\s*<(svg|\?xml)/i.test(text(0, bytes.length))) return "image/svg+xml";
  return undefined;
}

/** Types whose files always begin as they should, and the one that says nothing. */
const CERTAIN = new Set(["application/octet-stream", "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/avif"]);

/** Browsers know no type for some files, such as HEIC, and a wrong one for files with a wrong extension. Empty if the bytes are of none. */
export async function typeOf(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return typeOfBytes(head) ?? (CERTAIN.has(file.type) ? "" : file.type);
}
