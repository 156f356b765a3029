import type { Asset } from "@pipeline/client";
import { memo } from "react";
import { Link } from "wouter";
import { shownName } from "../api/names";
import { Picture } from "../parts/Picture";
import { sayCode, useWords } from "../words/words";

interface Props {
  asset: Asset;
  width: number;
  isSelected: boolean;
  onSelect: (id: string, isRange: boolean) => void;
}

/** An asset in the gallery. */
export const Tile = memo(function Tile({ asset, width, isSelected, onSelect }: Props) {
  const say = useWords();
  const name = shownName(asset.filename);
  const hasPicture = asset.variants.some(({ url }) => url);
  return (
    <>
      <Link href={`/a/${asset.id}`}>
        {hasPicture ? (
          <Picture asset={asset} sizes={`${width}px`} />
        ) : (
          <span className="picture">
            {asset.placeholder && <img className="blur" src={asset.placeholder.dataUrl} alt="" />}
            <span className="status">
              <bdi>{name}</bdi>
              <br />
              {asset.status === "ready" ? say("gallery.private") : sayCode("status", asset.status, "status.processing")}
            </span>
          </span>
        )}
      </Link>
      <label className="check">
        {/* A click tells whether Shift is held; the space bar clicks too. */}
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={say("gallery.select", { name })}
          onClick={(event) => onSelect(asset.id, event.shiftKey)}
          onChange={() => {}}
        />
      </label>
    </>
  );
});
