import type { PipelineClient } from "./client.js";
import type { Asset, PresignFields } from "./types.js";

/** A file of Uppy 6, as far as it is used here. */
export interface UppyFileLike {
  id: string;
  name?: string;
  size?: number | null;
  type?: string;
  meta: Record<string, unknown>;
  error?: unknown;
}

/** Uppy 6, as far as it is used here. */
export interface UppyLike<F extends UppyFileLike = UppyFileLike> {
  getFiles(): F[];
  getFile(id: string): F | undefined;
  setFileMeta(id: string, meta: never): void;
  setFileState(id: string, state: never): void;
  addPostProcessor(run: (ids: string[]) => Promise<void>): void;
  on(event: never, run: never): unknown;
  emit(event: never, ...args: never[]): unknown;
  retryUpload(id: string): Promise<unknown>;
}

/** What Uppy passes to signRequest. */
export interface SignRequest {
  method: string;
  key: string;
  contentType?: string;
  uploadId?: string;
  partNumber?: number;
}

export interface UppyOptions {
  /** What the upload says about a file, such as its `profile`. */
  fields?: (file: UppyFileLike) => PresignFields;
  /** Waits in Uppy's postprocessing until the assets are final; true, or at most some milliseconds. A rejected file is then a failed one. */
  wait?: boolean | number;
  /** Files of this size and above go in parts. Default 16 MiB, the server's own advice. */
  multipartFrom?: number;
}

/** What `meta` of a file holds once it is known. */
export interface PipelineMeta {
  /** The key of the upload at the server. A retry uses it, so that it makes no second asset. */
  pipelineKey?: string;
  assetId?: string;
  asset?: Asset;
}

/**
 * Options for `@uppy/aws-s3` 6: `uppy.use(AwsS3, pipelineS3(uppy, client))`. The server signs each request when its turn comes, uploads are confirmed
 * before Uppy's `complete`, and files whose connection broke are sent again when the browser is online.
 */
export function pipelineS3(uppy: UppyLike, client: PipelineClient, options: UppyOptions = {}) {
  const metaOf = (id: string): PipelineMeta | undefined => uppy.getFile(id)?.meta;
  const setMeta = (id: string, meta: PipelineMeta): void => uppy.setFileMeta(id, meta as never);
  const keyOf = (file: UppyFileLike): string => (file.meta as PipelineMeta).pipelineKey ?? file.id;
  const fail = (id: string, message: string): void => {
    uppy.setFileState(id, { error: message } as never);
    uppy.emit("upload-error" as never, uppy.getFile(id) as never, new Error(message) as never);
  };

  const interrupted = new Set<string>();
  uppy.on("upload-error" as never, ((file: UppyFileLike | undefined) => {
    if (file && navigator.onLine === false) interrupted.add(file.id);
  }) as never);
  uppy.on("is-online" as never, (() => {
    for (const id of interrupted) if (uppy.getFile(id)?.error) void uppy.retryUpload(id).catch(() => {});
    interrupted.clear();
  }) as never);

  uppy.addPostProcessor(async (ids) => {
    const arrived = ids.filter((id) => metaOf(id)?.pipelineKey && !uppy.getFile(id)!.error);
    await Promise.all(arrived.map(async (id) => {
      try {
        const { id: assetId } = await client.http.json<{ id: string }>("/api/upload/confirm", { body: { key: metaOf(id)!.pipelineKey } });
        setMeta(id, { assetId });
      } catch (error) {
        fail(id, (error as Error).message);
      }
    }));
    if (!options.wait) return;
    const confirmed = arrived.filter((id) => metaOf(id)?.assetId);
    const assets = await client.waitAll(confirmed.map((id) => metaOf(id)!.assetId!), typeof options.wait === "number" ? { timeout: options.wait } : {});
    confirmed.forEach((id, place) => {
      const asset = assets[place]!;
      setMeta(id, { asset });
      if (asset.status !== "ready") fail(id, asset.rejection?.reason ?? asset.failure?.reason ?? `The asset is ${asset.status}.`);
    });
  });

  return {
    limit: 3,
    shouldUseMultipart: (file: UppyFileLike): boolean => (file.size ?? 0) >= (options.multipartFrom ?? 16 * 1024 * 1024),
    generateObjectKey: keyOf,
    async signRequest(request: SignRequest): Promise<{ url: string; key: string; headers: Record<string, string> }> {
      const begins = !request.uploadId && (request.method === "PUT" || request.method === "POST");
      const file = begins ? uppy.getFiles().find((one) => keyOf(one) === request.key || one.id === request.key) : undefined;
      // Uppy does not pass the size, which is signed too. After a pause it asks with the first key again.
      const about = file && { filename: file.name ?? "file", contentType: file.type ?? "", fileSize: file.size ?? 0, ...options.fields?.(file) };
      const signed = await client.http.json<{ url: string; key: string; headers: Record<string, string> }>("/api/upload/sign", { body: { ...request, ...about, ...(file && { key: keyOf(file) }) }, creates: begins });
      if (file) setMeta(file.id, { pipelineKey: signed.key });
      return signed;
    },
  };
}
