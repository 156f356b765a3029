import { Button } from "react-aria-components/Button";
import { PipelineError } from "../api/client";
import { sayError, useWords } from "../words/words";

/** Why a page of operators cannot be shown. */
export function Failure({ error, again }: { error: unknown; again: () => void }) {
  const say = useWords();
  if (error instanceof PipelineError && error.status === 403)
    return (
      <>
        <h2>{say("admin.forbidden")}</h2>
        <p>{say("admin.forbiddenText")}</p>
      </>
    );
  return (
    <p role="alert" className="bad">
      {sayError(error)} <Button onPress={again}>{say("again")}</Button>
    </p>
  );
}
