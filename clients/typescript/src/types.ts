import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** An asset, as the API shows it. */
export type Asset = Schemas["AssetView"];
export type AssetStatus = Asset["status"];
export type AssetPage = Schemas["AssetPage"];
export type Batch = Schemas["BatchViewOfAssetView"];
export type Variant = Schemas["VariantView"];
export type Timeline = Schemas["Timeline"];
/** A presigned upload; `multipart` advises to send the file in parts. */
export type Presigned = Schemas["PresignResponse"] & { multipart?: { partSize: number; partCount: number } };
export type PresignedBatch = { batchId: string; uploads: Presigned[] };
export type ConfirmResult = Schemas["ConfirmBatchResult"];
export type ItemResult = Schemas["KeptAsset"];
export type Revision = Schemas["ReprocessResponse"];
/** What a user may upload, and what is left. */
export type Limits = Schemas["LimitsResponse"];

/** What an upload can say about a file, such as `profile`, `focalPoint`, `temporary` or `sha256`. */
export type PresignFields = Partial<Schemas["PresignRequest"]> & Record<string, unknown>;

/** An event of the API. */
export type PipelineEvent = Schemas["EventView"] & { status?: string; step?: string };

/** A URL that reads a file without a token; keep it secret until it expires. */
export interface Download {
  url: string;
  expiresAt: string;
}

/** What a page needs to show an asset: srcset by format, and a whole escaped `<picture>`. */
export interface Picture {
  srcset: Record<string, string>;
  sizes: string;
  width: number;
  height: number;
  placeholder?: Asset["placeholder"];
  html: string;
}

const FINAL: readonly AssetStatus[] = ["ready", "rejected", "failed", "expired", "deleted"];

/** Whether nothing more will happen to an asset by itself. */
export function isFinal(asset: Pick<Asset, "status" | "work">): boolean {
  return FINAL.includes(asset.status) && !asset.work;
}
