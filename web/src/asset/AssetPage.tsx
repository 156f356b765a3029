import { type Asset, isFinal } from "@pipeline/client";
import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { client, PipelineError } from "../api/client";
import { shownName } from "../api/names";
import { assets, useAsset, useStep } from "../live/assets";
import { Name } from "../parts/Name";
import { Picture, widthsOf } from "../parts/Picture";
import { isOperator, session } from "../session/session";
import { sayCode, sayError, size, useWords } from "../words/words";
import { Actions } from "./Actions";
import { FocalPoint } from "./FocalPoint";
import { Similar } from "./Similar";
import { Timeline } from "./Timeline";
import { Variants } from "./Variants";

const SIZES = "(min-width: 60rem) 56rem, 100vw";

export default function AssetPage({ id }: { id: string }) {
  const say = useWords();
  const live = useAsset(id);
  const { data, error, refetch } = useQuery({
    queryKey: ["asset", id],
    queryFn: async ({ signal }) => {
      const asset = await client.asset(id, { signal });
      assets.apply([asset]);
      return asset;
    },
  });
  const asset = live && data && live.sequence > data.sequence ? { ...data, ...live } : (data ?? live);
  if (asset?.status === "deleted") return <Message title={say("asset.gone")} text={say("asset.goneText")} />;
  if (asset) return <Whole asset={asset} />;
  if (error instanceof PipelineError && (error.status === 404 || error.status === 400))
    return (
      <>
        <Message title={say("asset.notFound")} text={say("asset.notFoundText")} />
        {isOperator(session.person) && (
          <p>
            <Link href={`/admin/assets/${id}`}>{say("admin.open")}</Link>
          </p>
        )}
      </>
    );
  if (error)
    return (
      <p role="alert" className="bad">
        {sayError(error)} <Button onPress={() => void refetch()}>{say("again")}</Button>
      </p>
    );
  return <p className="wait">{say("loading")}</p>;
}

function Message({ title, text }: { title: string; text: string }) {
  const say = useWords();
  return (
    <>
      <h1>{title}</h1>
      <p>{text}</p>
      <Link href="/gallery">{say("nav.gallery")}</Link>
    </>
  );
}

function Whole({ asset }: { asset: Asset }) {
  const say = useWords();
  const step = useStep(asset.id);
  const aspect = (asset.width ?? 4) / (asset.height ?? 3);
  const isPrivate = asset.visibility === "private";
  const status =
    asset.status === "rejected" && asset.rejection
      ? sayCode("rejection", asset.rejection.code, "rejection.other")
      : asset.status === "failed" && asset.failure
        ? sayCode("failure", asset.failure.code, "failure.other")
        : step && !isFinal(asset)
          ? sayCode("step", step, "status.processing")
          : sayCode("status", asset.work ? asset.work.status : asset.status, "status.processing");
  const widest = widthsOf(asset)
    .filter(({ format }) => format === "jpeg")
    .sort((a, b) => a.width - b.width);
  const middle = widest.find(({ width }) => width >= 640) ?? widest.at(-1);
  return (
    <>
      <h1>
        <Name of={asset.filename} />
      </h1>
      <p className={asset.status === "rejected" || asset.status === "failed" ? "bad" : "state"} aria-live="polite">
        {status} {isPrivate && say("asset.private")}
      </p>
      {asset.status === "ready" && (
        <div className="stage" style={{ aspectRatio: aspect, inlineSize: `min(100%, ${asset.width ?? 320}px, ${Math.round(aspect * 80)}vh)` }}>
          {isPrivate ? <Private asset={asset} /> : <Picture asset={asset} sizes={SIZES} eager />}
        </div>
      )}
      <p className="note">
        {say("asset.original", { type: asset.contentType, size: size(asset.size), width: asset.width ?? "?", height: asset.height ?? "?" })}
      </p>
      <Removed asset={asset} />
      <Actions asset={asset} />
      {asset.variants.length > 0 && (
        <section>
          <h2>{say("asset.variants")}</h2>
          <Variants asset={asset} />
        </section>
      )}
      {asset.status === "ready" && middle?.url && <FocalPoint asset={asset} src={middle.url} aspect={aspect} />}
      {asset.status === "ready" && <Similar id={asset.id} />}
      <Timeline id={asset.id} sequence={asset.sequence} />
    </>
  );
}

/** What the file told of its maker, and the pictures on pages do not. */
function Removed({ asset }: { asset: Asset }) {
  const say = useWords();
  if (!asset.removed?.length) return null;
  return (
    <section>
      <h2>{say("removed.title")}</h2>
      <ul className="removed">
        {asset.removed.map((kind) => (
          <li key={kind}>{sayCode("removed", kind, "removed.other")}</li>
        ))}
      </ul>
      <p className="note">{say("removed.text")}</p>
    </section>
  );
}

/** A private picture, by URLs that expire. */
function Private({ asset }: { asset: Asset }) {
  const { data } = useQuery({
    queryKey: ["picture", asset.id, asset.revision],
    queryFn: ({ signal }) => client.picture(asset.id, { signal }),
    staleTime: 30 * 60_000,
  });
  const [format, srcset] = Object.entries(data?.srcset ?? {}).find(([name]) => name === "jpeg") ?? [];
  return (
    <span className="picture" style={{ backgroundColor: asset.placeholder?.color }}>
      {asset.placeholder && <img className="blur" src={asset.placeholder.dataUrl} alt="" />}
      {format && srcset && <img srcSet={srcset} sizes={SIZES} width={data!.width} height={data!.height} alt={shownName(asset.filename)} />}
    </span>
  );
}
