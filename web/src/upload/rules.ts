import type { components } from "@pipeline/client";
import { typeOf } from "./sniff";

export type Limits = components["schemas"]["LimitsResponse"];

/** Why a file is refused before a URL is requested; the code of the API for the same fault. */
export interface Refusal {
  code: "too_large" | "unsupported_type" | "not_a_picture" | "empty";
  values: Record<string, unknown>;
}

/** The short names of types, such as JPEG. */
export function typeNames(limits: Limits): string {
  return limits.types
    .map(({ contentType }) =>
      contentType
        .replace(/^image\//, "")
        .replace("svg+xml", "svg")
        .toUpperCase(),
    )
    .join(", ");
}

/** Judges a file by the server's limits. Returns its type, or why it is refused. */
export async function judge(file: Blob, limits: Limits): Promise<string | Refusal> {
  if (file.size === 0) return { code: "empty", values: {} };
  const type = await typeOf(file);
  if (type === "") return { code: "not_a_picture", values: { allowed: typeNames(limits) } };
  if (!limits.types.some(({ contentType }) => contentType === type)) return { code: "unsupported_type", values: { type, allowed: typeNames(limits) } };
  if (file.size > limits.maxBytes) return { code: "too_large", values: { maxSize: limits.maxBytes, receivedSize: file.size } };
  return type;
}
