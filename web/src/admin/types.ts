import type { components } from "@pipeline/client";

type Schemas = components["schemas"];
export type Run = Schemas["RunView"];
export type RunFilter = Schemas["RunFilterRequest"] & { engine?: string };
export type Job = Schemas["JobView"];
export type Webhook = Schemas["WebhookView"];
export type Delivery = Schemas["DeliveryView"];

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export interface Tile {
  value?: number;
  atLeast: boolean;
  minutes: number[];
}

export interface Series {
  from: string;
  stepSeconds: number;
  ready: number[];
  rejected: number[];
  failed: number[];
}

export interface Mark {
  kind: "engine" | "outage" | "unmeasured";
  subject?: string;
  at: string;
  until?: string;
}

export interface Group {
  code: string;
  engine?: string;
  count: number;
  atLeast: boolean;
  firstAt: string;
  lastAt: string;
  examples: { assetId: string; thumbnailUrl?: string }[];
}

export interface Problem {
  code: string;
  subject?: string;
  since?: string;
  what: string;
  fix: string;
}

export interface Overview {
  at: string;
  countedAt?: string;
  problems: Problem[];
  tiles: Record<"arriving" | "ready" | "oldestWaiting" | "failed" | "rejectedToday" | "webhooksBehind", Tile>;
  hour: Series;
  day: Series;
  week: Series;
  marks: Mark[];
  needsYou: Group[];
  dependencies: { name: string; status: "ok" | "warn" | "fail"; since: string; detail?: string; ageSeconds?: number }[];
  workers: { id?: string; name?: string; engine?: string; heardAt?: string; places: number; holds: { assetId?: string; since: string }[] }[];
}

export interface OperatorAsset {
  id: string;
  ownerId: string;
  status: string;
  work?: "queued" | "processing";
  code?: string;
  reason?: string;
  engine?: string;
  profile: string;
  contentType: string;
  size: number;
  revision: number;
  attempt: number;
  visibility: string;
  thumbnailUrl?: string;
  createdAt: string;
  updatedAt: string;
}
