import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useWords } from "../words/words";
import { session } from "./session";

/** Where the issuer sends the browser back to. */
export function SignedIn() {
  const say = useWords();
  const [, navigate] = useLocation();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isStale = false;
    import("./oidc")
      .then(({ arrive }) => arrive())
      .then(({ token, page }) => {
        if (isStale) return;
        // Only a path of this server, since the state comes back through an address.
        if (session.signIn(token)) navigate(/^\/(?!\/)/.test(page) ? page : "/", { replace: true });
        else setFailed(true);
      })
      .catch(() => setFailed(true));
    return () => {
      isStale = true;
    };
  }, [navigate]);
  return failed ? (
    <p className="bad" role="alert">
      {say("signIn.failed")} <a href="/">{say("signIn.again")}</a>
    </p>
  ) : (
    <p>{say("signIn.wait")}</p>
  );
}
