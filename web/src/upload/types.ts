import type { Body, Meta, Uppy, UppyFile } from "@uppy/core";

/** The state of an upload, which a reload keeps. */
export interface PhotoMeta extends Meta {
  /** The key of the upload at the server. A retry uses it, so that it makes no second asset. */
  pipelineKey?: string;
  assetId?: string;
  confirmed?: boolean;
  /** It goes in parts, by requests that need no URL beforehand. */
  inParts?: boolean;
  /** Whether a person must decide about it, as opposed to an outage that ends. */
  failed?: boolean;
  /** The code of the last error, and what the server said about it. */
  code?: string;
  values?: Record<string, unknown>;
}

export type PhotoFile = UppyFile<PhotoMeta, Body>;
export type PhotoUppy = Uppy<PhotoMeta, Body>;

export type { Body };
