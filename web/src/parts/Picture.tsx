import type { Asset, components } from "@pipeline/client";
import { useState } from "react";
import { shownName } from "../api/names";

type Variant = components["schemas"]["VariantView"];

/** The browser's cache holds pictures that were shown before, so they are not blurred again. */
const loaded = new Set<string>();

const ORDER = ["avif", "webp", "jpeg"] as const;

/** The variants that fill a width, by format; boxes are crops and no smaller versions. */
export function widthsOf(asset: Asset): Variant[] {
  const widths = asset.variants.filter(({ name, url }) => url && /^w\d+$/.test(name));
  return widths.length > 0 ? widths : asset.variants.filter(({ url }) => url);
}

export function srcsetOf(variants: readonly Variant[], format: Variant["format"]): string {
  return variants
    .filter((variant) => variant.format === format)
    .sort((a, b) => a.width - b.width)
    .map(({ url, width }) => `${url} ${width}w`)
    .join(", ");
}

/** A picture in the size that the page needs, over its placeholder. The caller's styles give it its room, so that nothing moves when it comes. */
export function Picture({ asset, sizes, eager }: { asset: Asset; sizes: string; eager?: boolean }) {
  const variants = widthsOf(asset);
  const fallback = variants.filter(({ format }) => format === "jpeg").sort((a, b) => a.width - b.width)[0] ?? variants[0];
  const key = fallback?.url ?? "";
  const [isLoaded, setLoaded] = useState(() => loaded.has(key));
  const { placeholder } = asset;
  return (
    <span className="picture" style={{ backgroundColor: placeholder?.color }}>
      {placeholder && !isLoaded && <img className="blur" src={placeholder.dataUrl} alt="" aria-hidden="true" />}
      {fallback && (
        <picture>
          {ORDER.slice(0, 2).map((format) => {
            const srcset = srcsetOf(variants, format);
            return srcset && <source key={format} type={`image/${format}`} srcSet={srcset} sizes={sizes} />;
          })}
          <img
            src={fallback.url}
            srcSet={srcsetOf(variants, "jpeg") || undefined}
            sizes={sizes}
            width={fallback.width}
            height={fallback.height}
            alt={shownName(asset.filename)}
            loading={eager ? "eager" : "lazy"}
            decoding={isLoaded ? "sync" : "async"}
            onLoad={() => {
              loaded.add(key);
              setLoaded(true);
            }}
          />
        </picture>
      )}
    </span>
  );
}
