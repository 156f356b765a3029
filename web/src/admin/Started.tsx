import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { useWords } from "../words/words";
import { changeRun } from "./requests";
import type { Run } from "./types";
import { useChange } from "./useChange";

/** A run that was started here, with its link and its end. */
export function Started({ run }: { run: Run | undefined }) {
  const say = useWords();
  const { change, error, done } = useChange();
  if (!run) return null;
  return (
    <p className="banner">
      {say(done ? "run.cancelled" : "run.started")} <Link href={`/admin/runs/${run.id}`}>{say("run.show")}</Link>{" "}
      {!done && <Button onPress={() => void change(() => changeRun(run.id, "cancel"))}>{say("run.verb.cancel")}</Button>} {error}
    </p>
  );
}
