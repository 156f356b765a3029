import type { Asset } from "@pipeline/client";
import { number, size, useWords } from "../words/words";

/** The variants with their sizes, and what each saves against the original. */
export function Variants({ asset }: { asset: Asset }) {
  const say = useWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a narrow page scrolls it, so the keyboard must reach it
    <section className="scroll" tabIndex={0} aria-label={say("asset.variants")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("asset.variant")}</th>
            <th scope="col">{say("asset.pixels")}</th>
            <th scope="col">{say("asset.bytes")}</th>
            <th scope="col">{say("asset.saved")}</th>
          </tr>
        </thead>
        <tbody>
          {asset.variants.map((variant) => (
            <tr key={variant.key}>
              <th scope="row">
                {variant.url ? (
                  <a href={variant.url}>
                    {variant.name} {variant.format}
                  </a>
                ) : (
                  `${variant.name} ${variant.format}`
                )}
              </th>
              <td>
                {number(variant.width)} × {number(variant.height)}
              </td>
              <td>{size(variant.bytes)}</td>
              <td>{variant.bytes < asset.size ? `${number((1 - variant.bytes / asset.size) * 100)} %` : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
