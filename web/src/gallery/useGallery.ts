import type { Asset, AssetPage, AssetStatus } from "@pipeline/client";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { client } from "../api/client";
import { nameMatches } from "../api/names";
import { assets, useAssetsVersion } from "../live/assets";
import { onEvent } from "../live/stream";

const PAGE = 100;

export interface Filter {
  status?: AssetStatus;
  name: string;
}

/** The user's assets, the newest first, page by page; what the stream says is shown without another read. */
export function useGallery({ status, name }: Filter) {
  const cache = useQueryClient();
  const key = useMemo(() => ["gallery", status ?? "all"], [status]);
  const read = (cursor: string | undefined, signal?: AbortSignal) =>
    client.list({ limit: PAGE, ...(status && { status }), ...(cursor && { cursor }), ...(signal && { signal }) });
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: AssetPage) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  // New assets: the first page only, since all pages may be many.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = async () => {
      const { items } = await client.list({ limit: PAGE, ...(status && { status }) });
      cache.setQueryData<InfiniteData<AssetPage, string | undefined>>(key, (before) => {
        if (!before) return before;
        const known = new Set(before.pages.flatMap((page) => page.items.map(({ id }) => id)));
        const [first, ...rest] = before.pages;
        return { ...before, pages: [{ ...first!, items: [...items.filter(({ id }) => !known.has(id)), ...first!.items] }, ...rest] };
      });
    };
    const stop = onEvent(({ type }) => {
      if (!type.startsWith("asset.")) return;
      clearTimeout(timer);
      timer = setTimeout(() => void refresh().catch(() => {}), 500);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [cache, key, status]);

  const version = useAssetsVersion();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the states that are looked up
  const items = useMemo<Asset[]>(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.items)
        .map((item) => newer(item))
        .filter((item) => item.status !== "deleted" && (!status || item.status === status) && (name === "" || nameMatches(item.filename, name))),
    [data, version, status, name],
  );

  // A name is searched for on all pages.
  useEffect(() => {
    if (name !== "" && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [name, hasNextPage, isFetchingNextPage, fetchNextPage]);

  return { ...query, items };
}

function newer(item: Asset): Asset {
  const live = assets.get(item.id);
  return live && live.sequence > item.sequence ? live : item;
}
