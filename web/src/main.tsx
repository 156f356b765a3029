import { createRoot } from "react-dom/client";
import { App } from "./App";
import { takeLink } from "./session/links";
import { session } from "./session/session";
import "./styles.css";
import { preferredLanguage, speak } from "./words/words";

// The link first: it may sign in another person than the one that this tab remembers.
const [link] = await Promise.all([takeLink(), speak(preferredLanguage())]);
// Before the first paint, so that nothing moves once it is known who is here.
if (link !== "signed-in") await session.start();
createRoot(document.getElementById("root")!).render(<App link={link} />);

// A link that is opened on a page which is here already changes only the part after #.
addEventListener("hashchange", () => void takeLink());
