import { getDroppedFiles } from "@uppy/core/utils";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { number, useWords } from "../words/words";
import { type Limits, typeNames } from "./rules";

interface Props {
  limits: Limits;
  onFiles: (files: File[]) => void;
}

// A phone offers its camera only for a type, and a folder cannot be chosen there.
const hasTouch = matchMedia("(pointer: coarse)").matches;

/** The ways to give files: choose, drop, paste, a folder, the camera. */
export function Chooser({ limits, onFiles }: Props) {
  const say = useWords();
  const isOver = useDrop(onFiles);
  // Also by extension, since browsers know no type for some files.
  const accepted = limits.types.flatMap(({ contentType, extensions }) => [contentType, ...extensions]);
  const take = (list: FileList | null) => list && onFiles([...list]);
  return (
    <section className={isOver ? "chooser over" : "chooser"} aria-label={say("upload.choose")}>
      <p className="big">{say(hasTouch ? "upload.tap" : "upload.drop")}</p>
      <div className="actions">
        <FileTrigger allowsMultiple acceptedFileTypes={accepted} onSelect={take}>
          <Button className="primary">{say("upload.choose")}</Button>
        </FileTrigger>
        {hasTouch ? (
          <FileTrigger defaultCamera="environment" acceptedFileTypes={["image/*"]} onSelect={take}>
            <Button>{say("upload.camera")}</Button>
          </FileTrigger>
        ) : (
          <FileTrigger acceptDirectory onSelect={take}>
            <Button>{say("upload.folder")}</Button>
          </FileTrigger>
        )}
      </div>
      <p className="note">{say("upload.rule", { types: typeNames(limits), megabytes: number(limits.maxBytes / 1024 / 1024, 1) })}</p>
    </section>
  );
}

/** Files that are dropped anywhere on the page, with folders, or pasted. */
function useDrop(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = async (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) onFiles(await getDroppedFiles(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) onFiles(files);
    };
    const stop = new AbortController();
    addEventListener("dragover", over, stop);
    addEventListener("dragleave", leave, stop);
    addEventListener("drop", (event) => void drop(event), stop);
    addEventListener("paste", paste, stop);
    return () => stop.abort();
  }, [onFiles]);
  return isOver;
}
