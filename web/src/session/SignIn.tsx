import { type FormEvent, useState } from "react";
import { Button } from "react-aria-components/Button";
import { settings } from "../settings";
import { useWords } from "../words/words";
import type { LinkResult } from "./links";
import { session } from "./session";

/** How to sign in at this server: by a one-time link, at the issuer, or with a token. */
export function SignIn({ link, expired }: { link: LinkResult; expired?: boolean }) {
  const say = useWords();
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!session.signIn(token.trim())) setProblem(say("signIn.noToken"));
  };
  const toIssuer = async () => {
    try {
      // The queue of uploads is kept for the next page with a delay of half a second; files that were added just now must not be lost.
      if (expired) await new Promise((resolve) => setTimeout(resolve, 1000));
      await (await import("./oidc")).leave();
    } catch {
      setProblem(say("signIn.issuerUnreachable"));
    }
  };

  return (
    <div className="sign-in">
      {expired && <p>{say("signIn.expired")}</p>}
      {link === "used" && <p className="bad">{say("signIn.linkUsed")}</p>}
      {link === "unreachable" && <p className="bad">{say("signIn.unreachable")}</p>}
      {settings.signInLinks && (
        <section>
          <h2>{say("signIn.linkTitle")}</h2>
          <p>{say("signIn.link")}</p>
          <pre>
            <code>./pipeline sign-in</code>
          </pre>
        </section>
      )}
      {settings.clientId && (
        <section>
          <Button className="primary" onPress={toIssuer}>
            {say("signIn.issuer")}
          </Button>
        </section>
      )}
      <form onSubmit={submit}>
        <label htmlFor="token">{say("signIn.token")}</label>
        {/* A textarea, since a password field would offer to keep the token. */}
        <textarea id="token" rows={3} value={token} spellCheck={false} autoComplete="off" onChange={(event) => setToken(event.target.value)} />
        <p role="alert" className="bad">
          {problem}
        </p>
        <Button type="submit" className={settings.clientId ? "" : "primary"}>
          {say("signIn.submit")}
        </Button>
      </form>
    </div>
  );
}
