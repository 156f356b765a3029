import type { Timeline } from "@pipeline/client";
import { client } from "../api/client";
import type { Delivery, Job, OperatorAsset, Overview, Page, Run, RunFilter, Webhook } from "./types";

interface Stop {
  signal?: AbortSignal;
}

const get = <T>(path: string, { signal }: Stop = {}): Promise<T> => client.http.json<T>(path, { signal });
const post = <T>(path: string, body: unknown = {}): Promise<T> => client.http.json<T>(path, { method: "POST", body });

export const overview = (stop: Stop) => get<Overview>("/api/admin/overview", stop);

export const listAssets = (search: string, stop: Stop) => get<Page<OperatorAsset>>(`/api/admin/assets?${search}`, stop);
export const oneAsset = (id: string, stop: Stop) => get<OperatorAsset>(`/api/admin/assets/${encodeURIComponent(id)}`, stop);
export const timelineOf = (id: string, stop: Stop) => get<Timeline>(`/api/admin/assets/${encodeURIComponent(id)}/timeline`, stop);

export const listRuns = (cursor: string, stop: Stop) => get<Page<Run>>(`/api/admin/runs?limit=50${cursor && `&cursor=${cursor}`}`, stop);
export const oneRun = (id: string, stop: Stop) => get<Run>(`/api/admin/runs/${encodeURIComponent(id)}`, stop);
export const planRun = (kind: string, filter: RunFilter, reason?: string) => post<Run>("/api/admin/runs", { kind, filter, ...(reason && { reason }) });
export const changeRun = (id: string, verb: "apply" | "pause" | "resume" | "cancel" | "rollback") =>
  post<Run>(`/api/admin/runs/${encodeURIComponent(id)}/${verb}`);

export const listJobs = (stop: Stop) => get<{ items: Job[] }>("/api/admin/jobs", stop);
export const changeJob = (name: string, verb: "run" | "pause" | "resume") => post<Job>(`/api/admin/jobs/${encodeURIComponent(name)}/${verb}`);

export const listWebhooks = (stop: Stop) => get<{ items: Webhook[] }>("/api/webhooks", stop);
export const listDeliveries = (id: string, status: string, stop: Stop) =>
  get<Page<Delivery>>(`/api/webhooks/${encodeURIComponent(id)}/deliveries?limit=50${status && `&status=${status}`}`, stop);
export const replay = (id: string, delivery: string) =>
  post<Delivery>(`/api/webhooks/${encodeURIComponent(id)}/deliveries/${encodeURIComponent(delivery)}/replay`);
