import { type FormEvent, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useWords } from "../words/words";

/** Shows how a form passes the uploads on: all ids are the value of one answer. */
export function FormDemo({ ids }: { ids: readonly string[] }) {
  const say = useWords();
  const [posted, setPosted] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setPosted(JSON.stringify(Object.fromEntries(new FormData(event.currentTarget)), null, 2));
  };
  return (
    <details className="form">
      <summary>{say("form.title")}</summary>
      <form onSubmit={submit}>
        <p>{say("form.text", { count: ids.length })}</p>
        <input type="hidden" name="photos" value={ids.join(",")} />
        <Button type="submit">{say("form.submit")}</Button>
        {posted !== undefined && (
          <section className="scroll" aria-label={say("form.posted")}>
            <pre>{posted}</pre>
          </section>
        )}
      </form>
    </details>
  );
}
