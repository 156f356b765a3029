import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Dialog, Heading } from "react-aria-components/Dialog";
import { I18nProvider as AriaI18nProvider } from "react-aria-components/I18nProvider";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Route, Switch, useLocation } from "wouter";
import { Header } from "./Header";
import { Health } from "./Health";
import { followEvents } from "./live/stream";
import { LiveRegions } from "./parts/announcer";
import type { LinkResult } from "./session/links";
import { SignedIn } from "./session/SignedIn";
import { SignIn } from "./session/SignIn";
import { useSession } from "./session/useSession";
import { settings } from "./settings";
import { useLanguage, useWords } from "./words/words";

const UploadPage = lazy(() => import("./upload/UploadPage"));
const GalleryPage = lazy(() => import("./gallery/GalleryPage"));
const AdminPage = lazy(() => import("./admin/AdminPage"));
const AssetPage = lazy(() => import("./asset/AssetPage"));

// The client repeats what another attempt can mend.
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false, refetchOnWindowFocus: false } } });

export function App({ link }: { link: LinkResult }) {
  return (
    <I18nProvider i18n={i18n}>
      <Localized>
        <QueryClientProvider client={queries}>
          <Frame link={link} />
        </QueryClientProvider>
      </Localized>
    </I18nProvider>
  );
}

function Localized({ children }: { children: ReactNode }) {
  return <AriaI18nProvider locale={useLanguage() === "ko" ? "ko-KR" : "en-US"}>{children}</AriaI18nProvider>;
}

function Frame({ link }: { link: LinkResult }) {
  const say = useWords();
  const state = useSession();
  const [path] = useLocation();
  const shown = useRef(path);
  useEffect(() => {
    document.title = `${say(path.startsWith("/admin") ? "title.admin" : path.startsWith("/gallery") ? "gallery.title" : path.startsWith("/a/") ? "title.photo" : "upload.title")} – Pipeline`;
  });
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    // Another page: readers and the keyboard begin at its start.
    document.getElementById("main")?.focus();
  }, [path]);
  return (
    <>
      <a className="skip" href="#main">
        {say("skip")}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {path === "/signed-in" && state !== "signed-in" ? (
          <SignedIn />
        ) : state === "signed-in" || state === "expired" ? (
          <Pages />
        ) : (
          state === "none" && <Welcome link={link} />
        )}
      </main>
      <Footer />
      <LiveRegions />
    </>
  );
}

function Welcome({ link }: { link: LinkResult }) {
  const say = useWords();
  return (
    <>
      <h1>{say("signIn.title")}</h1>
      <p>{say("signIn.intro")}</p>
      <SignIn link={link} />
    </>
  );
}

/** The pages of a person. An expired token asks on top of them, so that nothing on them is lost. */
function Pages() {
  const say = useWords();
  const state = useSession();
  const cache = useQueryClient();
  useEffect(followEvents, []);
  // What failed while nobody was signed in.
  useEffect(() => void (state === "signed-in" && cache.refetchQueries({ predicate: (query) => query.state.status === "error" })), [state, cache]);
  return (
    <>
      <Suspense fallback={<p className="wait">{say("loading")}</p>}>
        <Switch>
          <Route path="/gallery" component={GalleryPage} />
          <Route path="/a/:id">{({ id }) => <AssetPage key={id} id={id} />}</Route>
          <Route path="/admin/*?" component={AdminPage} />
          <Route path="/" component={UploadPage} />
          <Route path="/signed-in" component={UploadPage} />
        </Switch>
      </Suspense>
      <ModalOverlay className="overlay" isOpen={state === "expired"} isKeyboardDismissDisabled>
        <Modal className="modal">
          <Dialog className="dialog">
            <Heading slot="title">{say("signIn.title")}</Heading>
            <SignIn link="none" expired />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function Footer() {
  const say = useWords();
  return (
    <footer>
      <a href="/docs">{say("footer.docs")}</a>
      <a href="/openapi/v1.json">{say("footer.openapi")}</a>
      <Health />
      {settings.guides &&
        (["README", "api", "cli", "configuration", "operations"] as const).map((guide) => (
          <a key={guide} href={`/guides/${guide}.md`} hrefLang="en">
            {say(`footer.${guide}`)}
          </a>
        ))}
    </footer>
  );
}
