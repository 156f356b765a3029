import { Button } from "react-aria-components/Button";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { number, size, useWords } from "../words/words";
import { type Progress, useTimeLeft } from "./progress";
import type { Queue } from "./queue";

/** All files together: how far, how long, and the buttons for all of them. */
export function Summary({ queue, progress }: { queue: Queue; progress: Progress }) {
  const say = useWords();
  const left = useTimeLeft(progress);
  const { files, sent, bytes, sentBytes, failed, waiting, isPaused } = progress;
  if (waiting === 0 && failed === 0) return null;
  const percent = bytes === 0 ? 0 : Math.floor((sentBytes / bytes) * 100);
  return (
    <section className="summary" aria-label={say("summary")}>
      {waiting > 0 && (
        <>
          <p>
            {say("summary.sent", { sent, files, percent: number(percent), sentBytes: size(sentBytes), bytes: size(bytes) })}{" "}
            {left !== undefined && (left < 90 ? say("summary.seconds", { count: Math.ceil(left) }) : say("summary.minutes", { count: Math.ceil(left / 60) }))}
          </p>
          <ProgressBar value={percent} aria-label={say("summary")}>
            <progress value={percent} max={100} aria-hidden="true" />
          </ProgressBar>
        </>
      )}
      <div className="actions">
        {waiting > 0 &&
          (isPaused ? (
            <Button onPress={() => queue.resume()}>{say("summary.resume")}</Button>
          ) : (
            <Button onPress={() => queue.pause()}>{say("summary.pause")}</Button>
          ))}
        {failed > 0 && <Button onPress={() => queue.retryAll()}>{say("summary.retryAll", { count: failed })}</Button>}
      </div>
    </section>
  );
}
