import type { AssetStatus } from "@pipeline/client";
import { useCallback, useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Link, useSearchParams } from "wouter";
import { client } from "../api/client";
import { assets } from "../live/assets";
import { announce } from "../parts/announcer";
import { Confirm } from "../parts/Confirm";
import { sayError, useWords } from "../words/words";
import { type BulkResult, forAll } from "./bulk";
import { Grid } from "./Grid";
import { useGallery } from "./useGallery";
import { useSelection } from "./useSelection";

const STATUSES = ["ready", "processing", "queued", "rejected", "failed"] as const satisfies AssetStatus[];

type Action = "delete" | "reprocess";

export default function GalleryPage() {
  const say = useWords();
  const [search, setSearch] = useSearchParams();
  const status = STATUSES.find((one) => one === search.get("status"));
  const name = search.get("name") ?? "";
  const { items, isLoading, isError, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useGallery({ ...(status && { status }), name });
  const { selected, select, clear, all } = useSelection(items);
  const [action, setAction] = useState<Action>();
  const [result, setResult] = useState<string>();

  const set = (field: string, value: string) =>
    setSearch(
      (before) => {
        if (value) before.set(field, value);
        else before.delete(field);
        return before;
      },
      { replace: true },
    );
  const more = useCallback(() => void (hasNextPage && !isFetchingNextPage && fetchNextPage()), [hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => event.key === "Escape" && clear();
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [clear]);

  const run = async (which: Action) => {
    const ids = [...selected];
    setResult(undefined);
    const done: BulkResult =
      which === "delete"
        ? await forAll(ids, async (id) => {
            await client.delete(id);
            const asset = items.find((item) => item.id === id);
            if (asset) assets.apply([{ ...asset, status: "deleted", sequence: asset.sequence + 1 }]);
          })
        : await forAll(ids, (id) => client.reprocess(id));
    clear();
    const text = say(`gallery.${which}Result`, { ...done });
    setResult(text);
    announce(text);
  };

  return (
    <>
      <h1>{say("gallery.title")}</h1>
      <search className="filter">
        <label>
          {say("gallery.status")}
          <select value={status ?? ""} onChange={(event) => set("status", event.target.value)}>
            <option value="">{say("gallery.all")}</option>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {say(`status.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("gallery.name")}
          <input type="search" value={name} onChange={(event) => set("name", event.target.value)} />
        </label>
      </search>
      {isError && (
        <p role="alert" className="bad">
          {sayError(error)} <Button onPress={() => void refetch()}>{say("again")}</Button>
        </p>
      )}
      <div className="bulk">
        <span>{say("gallery.selected", { count: selected.size })}</span>
        <Button isDisabled={items.length === 0} onPress={all}>
          {say("gallery.selectAll")}
        </Button>
        <Button isDisabled={selected.size === 0} onPress={clear}>
          {say("gallery.selectNone")}
        </Button>
        <Button isDisabled={selected.size === 0} onPress={() => setAction("reprocess")}>
          {say("gallery.reprocess")}
        </Button>
        <Button isDisabled={selected.size === 0} onPress={() => setAction("delete")}>
          {say("gallery.delete")}
        </Button>
      </div>
      {result && <p className="banner">{result}</p>}
      {!isLoading && !isError && !hasNextPage && items.length === 0 && (
        <p>
          {say(status || name ? "gallery.nothing" : "gallery.empty")} {!status && !name && <Link href="/">{say("nav.upload")}</Link>}
        </p>
      )}
      {/* Before the pictures, and always there, so that nothing moves when they come. */}
      <p className="wait">{isLoading || isFetchingNextPage ? say("loading") : ""}</p>
      <Grid items={items} selected={selected} onSelect={select} onEnd={more} />
      <Confirm
        isOpen={action !== undefined}
        title={say(action === "reprocess" ? "gallery.reprocessTitle" : "gallery.deleteTitle", { count: selected.size })}
        action={say(action === "reprocess" ? "gallery.reprocess" : "gallery.delete")}
        onClose={() => setAction(undefined)}
        onConfirm={() => void run(action!)}
      >
        <p>{say(action === "reprocess" ? "gallery.reprocessText" : "gallery.deleteText")}</p>
      </Confirm>
    </>
  );
}
