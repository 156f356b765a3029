// An app's upload, written against the generated types alone. It is compiled, not run: what it branches on must be in the document.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Asset = components["schemas"]["AssetView"];
type Status = Asset["status"];

const api = createClient<paths>({ baseUrl: "https://uploads.example.com", headers: { Authorization: "Bearer …" } });

export async function upload(file: File): Promise<string> {
  const { data, error } = await api.POST("/api/upload/presigned-url", {
    body: { filename: file.name, contentType: file.type, fileSize: file.size, focalPoint: { x: 0.5, y: 0.5 } },
    params: { header: { "Idempotency-Key": `"${crypto.randomUUID()}"` } },
  });
  if (error) {
    switch (error.code) {
      case "too_large": throw new Error(`At most ${error.maxSize} bytes, this has ${error.receivedSize}.`);
      case "unsupported_type": throw new Error(`Only ${error.allowedTypes.join(", ")}.`);
      case "invalid_request": throw new Error(Object.entries(error.errors ?? {}).map(([field, why]) => `${field} ${why.join(", ")}`).join("; "));
      case "too_many_pending": throw new Error(`${error.remaining.uploads} uploads and ${error.remaining.bytes} bytes are left.`);
      case "quota_exceeded": throw new Error(`${error.used} of ${error.max} (${error.limit}) are used until ${error.resetsAt}.`);
      case "storage_full": throw new Error(`${error.used} of ${error.max} bytes (${error.limit}) are stored.`);
      case "already_confirmed": if (error.id) return error.id; throw new Error(error.detail);
      case "idempotency_key_reused": case "idempotency_in_progress": case "not_found": case "upload_expired":
      case "rate_limited": case "unauthorized": case "body_too_large": case "unsupported_media_type":
      case "internal_error": case "unavailable": case "insufficient_storage": throw new Error(error.detail);
      default: return never(error);
    }
  }

  const put = await fetch(data.uploadUrl, { method: data.method, headers: data.headers, body: file });
  if (!put.ok) throw new Error(`The store answered ${put.status}.`);
  const confirmed = await api.POST("/api/upload/confirm", { body: { key: data.key, originalFilename: file.name } });
  if (confirmed.error?.code === "upload_missing") return upload(file);
  await api.POST("/api/upload/confirm", { body: { id: data.id } });
  // @ts-expect-error neither id nor key
  await api.POST("/api/upload/confirm", { body: { originalFilename: file.name } });
  return data.id;
}

export async function uploadAll(files: File[]): Promise<string[]> {
  const { data, error } = await api.POST("/api/upload/presigned-urls", {
    body: { files: files.map((file) => ({ filename: file.name, contentType: file.type, fileSize: file.size })), temporary: true },
  });
  if (error) {
    if (error.code === "invalid_request") throw new Error((error.files ?? []).map((refused) => `${files[refused.index]?.name}: ${refused.code}, ${refused.detail}`).join("; "));
    throw new Error(error.detail);
  }

  for (const [index, { id }] of data.uploads.entries()) {
    const again = await api.POST("/api/upload/{id}/url", { params: { path: { id } } });
    if (again.error?.code === "already_confirmed" || !again.data) continue;
    await fetch(again.data.uploadUrl, { method: again.data.method, headers: again.data.headers, body: files[index] ?? null });
  }

  const ids = data.uploads.map((upload) => upload.id);
  const confirmed = await api.POST("/api/upload/confirm-batch", { body: { ids } });
  const missing = confirmed.data?.results.filter((result) => result.error?.code === "upload_missing") ?? [];
  if (missing.length > 0) await api.POST("/api/batches/{batchId}/close", { params: { path: { batchId: data.batchId } } });
  await api.POST("/api/assets/keep", { body: { ids } });
  const batch = await api.GET("/api/batches/{batchId}", { params: { path: { batchId: data.batchId } } });
  const ready: number = batch.data?.byStatus["ready"] ?? 0;
  return batch.data?.outcome === "all_ready" && ready === ids.length ? ids : [];
}

export async function show(id: string): Promise<string> {
  const { data, error } = await api.GET("/api/assets/{id}", { params: { path: { id } } });
  if (error) return error.code === "not_found" ? "gone" : error.detail;
  const words: Record<Status, string> = {
    pending: "waits for the file", queued: "waits", processing: "in work", ready: "ready", rejected: "rejected", failed: "failed", expired: "expired", deleted: "deleted",
  };
  if (data.rejection?.code === "infected") return "infected";
  // @ts-expect-error no such code
  if (data.rejection?.code === "no_such_code") return "";
  const widest: number = Math.max(...data.variants.filter((v) => v.format === "webp").map((v) => v.width));
  return `${words[data.status]}, ${widest} px, ${data.placeholder?.color ?? ""}`;
}

export async function mayUpload(file: File): Promise<boolean> {
  const { data } = await api.GET("/api/limits");
  const left = data?.quotas.find((quota) => quota.limit === "user_bytes_stored")?.remaining ?? Infinity;
  return file.size <= Math.min(left, data?.maxBytes ?? 0) && (data?.types.some((type) => type.contentType === file.type) ?? false);
}

export async function list(): Promise<Asset[]> {
  const { data } = await api.GET("/api/assets", { params: { query: { status: "ready", limit: 50, stale: false } } });
  // @ts-expect-error no such status
  await api.GET("/api/assets", { params: { query: { status: "done" } } });
  return data?.items ?? [];
}

function never(value: never): never {
  throw new Error(String(value));
}
