import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Link, useSearchParams } from "wouter";
import { sayCode, size, time, useWords, type Word } from "../words/words";
import { Failure } from "./Failure";
import { type Kind, PlanDialog } from "./PlanDialog";
import { listAssets } from "./requests";
import { hasRole } from "./roles";
import { Started } from "./Started";
import type { OperatorAsset, Run, RunFilter } from "./types";

const STATUSES = ["pending", "queued", "processing", "ready", "rejected", "failed", "expired", "deleted"] as const;
const CODES = {
  failure: [
    "scanner_unavailable",
    "storage_unavailable",
    "source_missing",
    "unknown_profile",
    "watermark_missing",
    "worker_lost",
    "worker_overloaded",
    "internal",
  ],
  rejection: [
    "infected",
    "scan_limit_exceeded",
    "unsupported_type",
    "corrupt",
    "empty",
    "too_large",
    "too_many_pixels",
    "changed_after_confirm",
    "decoder_crashed",
    "decode_timeout",
  ],
} as const;
const FIELDS = ["status", "failed", "code", "engine", "profile", "ownerId", "createdFrom", "createdTo"] as const;

/** The same condition as that of the list, for a run. */
export function runFilter(search: URLSearchParams): RunFilter {
  const filter: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = search.get(field);
    if (field === "failed" || value === null || (value === "" && field !== "engine")) continue;
    filter[field] = value;
  }
  return (Object.keys(filter).length > 0 ? filter : { all: true }) as RunFilter;
}

const isTime = (value: string) => !Number.isNaN(Date.parse(value));

/** The assets of the tenant by any filter, which stays in the URL; what is done to all of them is a run. */
export function AssetsPage() {
  const say = useWords();
  const [search, setSearch] = useSearchParams();
  const [kind, setKind] = useState<Kind>();
  const [started, setStarted] = useState<Run>();
  const wanted = new URLSearchParams(
    FIELDS.flatMap((field) => (search.get(field) || (field === "engine" && search.has(field)) ? [[field, search.get(field)!]] : [])),
  );
  const query = useInfiniteQuery({
    queryKey: ["admin", "assets", wanted.toString()],
    queryFn: ({ pageParam, signal }) => listAssets(`${wanted}${pageParam && `&cursor=${pageParam}`}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (field: string, value: string) =>
    setSearch(
      (before) => {
        if (value) before.set(field, value);
        else before.delete(field);
        return before;
      },
      { replace: true },
    );
  const day = (field: "createdFrom" | "createdTo") => {
    const value = search.get(field) ?? "";
    return isTime(value) ? value.slice(0, 10) : "";
  };
  return (
    <>
      <search className="filter">
        <label>
          {say("gallery.status")}
          <select value={search.get("status") ?? ""} onChange={({ target }) => set("status", target.value)}>
            <option value="">{say("gallery.all")}</option>
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {say(`statusName.${status}` as Word)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("admin.code")}
          <select value={search.get("code") ?? ""} onChange={({ target }) => set("code", target.value)}>
            <option value="">{say("gallery.all")}</option>
            {CODES.failure.map((code) => (
              <option key={code} value={code}>
                {say(`failureName.${code}` as Word)}
              </option>
            ))}
            {CODES.rejection.map((code) => (
              <option key={code} value={code}>
                {say(`rejectionName.${code}` as Word)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("admin.owner")}
          <input value={search.get("ownerId") ?? ""} onChange={({ target }) => set("ownerId", target.value)} />
        </label>
        <label>
          {say("admin.profile")}
          <input value={search.get("profile") ?? ""} onChange={({ target }) => set("profile", target.value)} />
        </label>
        <label>
          {say("admin.from")}
          <input type="date" value={day("createdFrom")} onChange={({ target }) => set("createdFrom", target.value && `${target.value}T00:00:00Z`)} />
        </label>
        <label>
          {say("admin.to")}
          <input type="date" value={day("createdTo")} onChange={({ target }) => set("createdTo", target.value && `${target.value}T00:00:00Z`)} />
        </label>
        <label className="option">
          <input type="checkbox" checked={search.get("failed") === "true"} onChange={({ target }) => set("failed", target.checked ? "true" : "")} />
          {say("admin.failedOnly")}
        </label>
        {search.has("engine") && (
          <p>
            {say("admin.engine", { engine: search.get("engine") || say("admin.noEngine") })}{" "}
            <Button onPress={() => set("engine", "")}>{say("admin.anyEngine")}</Button>
          </p>
        )}
      </search>
      {hasRole("operator") && (
        <div className="bulk">
          <span>{say("admin.allOf")}</span>
          {(["retry", ...(search.get("failed") === "true" ? [] : (["reprocess"] as const)), ...(hasRole("admin") ? (["discard"] as const) : [])] as Kind[]).map(
            (one) => (
              <Button key={one} className={one === "discard" ? "danger" : ""} onPress={() => setKind(one)}>
                {say(`run.verb.${one}` as Word)}
              </Button>
            ),
          )}
        </div>
      )}
      <Started run={started} />
      {query.isError && <Failure error={query.error} again={() => void query.refetch()} />}
      {!query.isLoading && !query.isError && items.length === 0 && !query.hasNextPage && <p>{say("gallery.nothing")}</p>}
      <Table items={items} />
      <p className="wait">{query.isFetching ? say("loading") : ""}</p>
      {query.hasNextPage && <Button onPress={() => void query.fetchNextPage()}>{say("admin.nextPage")}</Button>}
      {kind && <PlanDialog kind={kind} filter={runFilter(search)} onClose={() => setKind(undefined)} onStarted={setStarted} />}
    </>
  );
}

function Table({ items }: { items: OperatorAsset[] }) {
  const say = useWords();
  if (items.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
    <section className="scroll" aria-label={say("admin.assets")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("admin.asset")}</th>
            <th scope="col">{say("gallery.status")}</th>
            <th scope="col">{say("admin.code")}</th>
            <th scope="col">{say("admin.owner")}</th>
            <th scope="col">{say("admin.profile")}</th>
            <th scope="col">{say("asset.bytes")}</th>
            <th scope="col">{say("admin.changed")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((asset) => (
            <tr key={asset.id}>
              <th scope="row">
                <Link href={`/admin/assets/${asset.id}`} className="thumb">
                  {asset.thumbnailUrl && <img src={asset.thumbnailUrl} alt="" width={36} height={36} loading="lazy" />}
                  {asset.id.slice(-6)}
                </Link>
              </th>
              <td>{say(`statusName.${asset.status}` as Word)}</td>
              <td>{asset.code && codeName(asset)}</td>
              <td>
                <bdi>{asset.ownerId}</bdi>
              </td>
              <td>{asset.profile}</td>
              <td>{size(asset.size)}</td>
              <td>{time(asset.updatedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function codeName({ status, code }: Pick<OperatorAsset, "status" | "code">): string {
  return status === "rejected" ? sayCode("rejectionName", code ?? "", "failureName.other") : sayCode("failureName", code ?? "", "failureName.other");
}
