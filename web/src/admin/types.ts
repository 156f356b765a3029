import type { components } from "@pipeline/client";

type Schemas = components["schemas"];
export type Run = Schemas["RunView"];
export type RunFilter = Schemas["RunFilterRequest"];
export type Job = Schemas["JobView"];
export type Webhook = Schemas["WebhookView"];
export type Delivery = Schemas["DeliveryView"];
export type Overview = Schemas["OverviewView"];
export type Tile = Schemas["OverviewTile"];
export type Mark = Schemas["ActivityMarkView"];
export type Group = Schemas["FailureGroup"];
export type Problem = Schemas["OverviewAlert"];
export type OperatorAsset = Schemas["OperatorAssetView"];

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}
