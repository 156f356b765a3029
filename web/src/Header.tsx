import { useSyncExternalStore } from "react";
import { Button } from "react-aria-components/Button";
import { Link, useRoute } from "wouter";
import { shownName } from "./api/names";
import { hush } from "./parts/announcer";
import { isOperator, session } from "./session/session";
import { choose, useLanguage, useWords } from "./words/words";

/** The links of the pages, who is signed in, and the language. */
export function Header() {
  const say = useWords();
  const language = useLanguage();
  const person = useSyncExternalStore(session.subscribe, () => session.person);
  const other = language === "ko" ? "en" : "ko";
  return (
    <header>
      <nav aria-label={say("nav")}>
        <b>Pipeline</b>
        <Tab to="/">{say("nav.upload")}</Tab>
        <Tab to="/gallery">{say("nav.gallery")}</Tab>
        {isOperator(person) && <Tab to="/admin/*?">{say("nav.admin")}</Tab>}
      </nav>
      <div className="person">
        {person && <span className="who">{say("nav.person", { name: shownName(person.userId) })}</span>}
        {person && <Button onPress={() => session.signOut()}>{say("nav.signOut")}</Button>}
        <Button
          lang={other}
          onPress={() => {
            hush();
            void choose(other);
          }}
        >
          {other === "ko" ? "한국어" : "English"}
        </Button>
      </div>
    </header>
  );
}

function Tab({ to, children }: { to: string; children: string }) {
  const [isHere] = useRoute(to);
  return (
    <Link href={to.replace("/*?", "")} aria-current={isHere ? "page" : undefined}>
      {children}
    </Link>
  );
}
