import { isFinal } from "@pipeline/client";
import { Button } from "react-aria-components/Button";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { Link } from "wouter";
import { shownName } from "../api/names";
import { useAsset, useStep } from "../live/assets";
import { keepFocus } from "../parts/focus";
import { Name } from "../parts/Name";
import { Picture } from "../parts/Picture";
import { number, sayCode, size, useWords } from "../words/words";
import type { Queue } from "./queue";
import type { Recent } from "./recents";
import { useThumbnail } from "./thumbnails";
import type { PhotoFile } from "./types";

/** A file that is not at the server yet. */
export function FileRow({ queue, file }: { queue: Queue; file: PhotoFile }) {
  const say = useWords();
  const { meta, progress } = file;
  const sent = Number(progress.bytesUploaded) || 0;
  const total = file.size ?? 0;
  const isBad = meta.failed || file.isGhost;
  const isSending = !isBad && !progress.uploadComplete && progress.uploadStarted !== null && sent > 0;
  const percent = total === 0 ? 0 : Math.min(100, Math.floor((sent / total) * 100));
  const text = file.isGhost
    ? say("row.ghost")
    : meta.failed
      ? sayCode("problem", meta.code ?? "other", "problem.other", { ...meta.values, seconds: 60, maxMegabytes: "?" })
      : file.isPaused
        ? say("row.paused", { percent })
        : progress.uploadComplete
          ? say("row.confirming")
          : meta.code
            ? say("row.retrying")
            : isSending
              ? say("row.sending", { percent: number(percent), sent: size(sent), total: size(total) })
              : say("row.waiting", { total: size(total) });
  const name = shownName(file.name);
  return (
    <>
      <Thumbnail id={file.id} data={file.data instanceof Blob ? file.data : undefined} />
      <div className="what">
        <Name of={file.name} />
        <p className={isBad ? "bad" : "state"}>{text}</p>
        {isSending && (
          <ProgressBar value={percent} aria-label={say("row.progress", { name })}>
            <progress value={percent} max={100} aria-hidden="true" />
          </ProgressBar>
        )}
      </div>
      <div className="actions">
        {meta.failed && (
          <Button
            aria-label={say("row.retryName", { name })}
            onPress={() => {
              queue.retry(file.id);
              keepFocus();
            }}
          >
            {say("row.retry")}
          </Button>
        )}
        <Button
          aria-label={say("row.removeName", { name })}
          onPress={() => {
            queue.remove(file.id);
            keepFocus();
          }}
        >
          {say("row.remove")}
        </Button>
      </div>
    </>
  );
}

/** A file that the server has: what it does with it, live. */
export function AssetRow({ recent }: { recent: Recent }) {
  const say = useWords();
  const asset = useAsset(recent.id);
  const step = useStep(recent.id);
  const status = asset?.status;
  const isBad = status === "rejected" || status === "failed" || status === "expired";
  const text = !asset
    ? say("row.confirming")
    : asset.rejection && status === "rejected"
      ? sayCode("rejection", asset.rejection.code, "rejection.other")
      : asset.failure && status === "failed"
        ? sayCode("failure", asset.failure.code, "failure.other")
        : step && !isFinal(asset)
          ? sayCode("step", step, "status.processing")
          : sayCode("status", asset.status, "status.processing");
  return (
    <>
      {asset && status === "ready" && asset.variants.some(({ url }) => url) ? <Picture asset={asset} sizes="64px" /> : <Thumbnail id={recent.id} />}
      <div className="what">
        <Name of={recent.name} />
        <p className={isBad ? "bad" : "state"}>{text}</p>
      </div>
      <div className="actions">
        {status === "ready" && (
          <Link href={`/a/${recent.id}`} aria-label={say("row.openName", { name: shownName(recent.name) })}>
            {say("row.open")}
          </Link>
        )}
      </div>
    </>
  );
}

function Thumbnail({ id, data }: { id: string; data?: Blob }) {
  const url = useThumbnail(id, data);
  return <span className="picture">{url && <img src={url} alt="" />}</span>;
}
