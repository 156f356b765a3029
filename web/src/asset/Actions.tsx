import type { Asset } from "@pipeline/client";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { client } from "../api/client";
import { shownName } from "../api/names";
import { assets } from "../live/assets";
import { announce } from "../parts/announcer";
import { Confirm } from "../parts/Confirm";
import { keepFocus } from "../parts/focus";
import { sayError, useWords } from "../words/words";

/** What the owner can do with an asset. */
export function Actions({ asset }: { asset: Asset }) {
  const say = useWords();
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState<{ text: string; isBad: boolean }>();
  const isReady = asset.status === "ready";

  const run = async (work: () => Promise<string | undefined>) => {
    try {
      const text = await work();
      setSaid(text ? { text, isBad: false } : undefined);
      if (text) announce(text);
    } catch (error) {
      setSaid({ text: sayError(error), isBad: true });
    }
  };
  const copy = () =>
    run(async () => {
      const { html } = await client.picture(asset.id, { alt: shownName(asset.filename) });
      await navigator.clipboard.writeText(html);
      return say("asset.copied");
    });
  const download = () =>
    run(async () => {
      const { url } = await client.downloadUrl(asset.id);
      // A link with this attribute leaves no page, so the uploads of this one go on.
      Object.assign(document.createElement("a"), { href: url, download: "" }).click();
      return undefined;
    });
  const reprocess = () =>
    run(async () => {
      await client.reprocess(asset.id);
      return say("asset.reprocessing");
    });
  const remove = () =>
    run(async () => {
      await client.delete(asset.id);
      assets.apply([{ ...asset, status: "deleted", sequence: asset.sequence + 1 }]);
      keepFocus();
      return say("asset.deleted");
    });
  return (
    <>
      <div className="actions">
        <Button isDisabled={!isReady} onPress={() => void copy()}>
          {say("asset.copy")}
        </Button>
        <Button isDisabled={!isReady} onPress={() => void download()}>
          {say("asset.download")}
        </Button>
        <Button isDisabled={!isReady && asset.status !== "failed"} onPress={() => void reprocess()}>
          {say("asset.reprocess")}
        </Button>
        <Button onPress={() => setAsking(true)}>{say("asset.delete")}</Button>
      </div>
      {said && (
        <p className={said.isBad ? "bad" : "state"} role={said.isBad ? "alert" : undefined}>
          {said.text}
        </p>
      )}
      <Confirm isOpen={isAsking} title={say("asset.deleteTitle")} action={say("asset.delete")} onClose={() => setAsking(false)} onConfirm={() => void remove()}>
        <p>{say("asset.deleteText")}</p>
      </Confirm>
    </>
  );
}
