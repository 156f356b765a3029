import { Link, Route, Switch, useLocation } from "wouter";
import { useWords } from "../words/words";
import { AssetsPage } from "./AssetsPage";
import { Dashboard } from "./Dashboard";
import { JobsPage } from "./JobsPage";
import { OperatorAssetPage } from "./OperatorAssetPage";
import { RunPage } from "./RunPage";
import { RunsPage } from "./RunsPage";
import { WebhooksPage } from "./WebhooksPage";
import "./admin.css";

const PAGES = ["", "/assets", "/runs", "/jobs", "/webhooks"] as const;
const WORDS = { "": "admin.overview", "/assets": "admin.assets", "/runs": "admin.runs", "/jobs": "admin.jobs", "/webhooks": "admin.webhooks" } as const;

/** The pages of operators, in one chunk of their own. */
export default function AdminPage() {
  const say = useWords();
  const [path] = useLocation();
  const here = PAGES.findLast((page) => path.startsWith(`/admin${page}`)) ?? "";
  return (
    <div className="admin">
      <div className="bar">
        <h1>{say(WORDS[here])}</h1>
        <nav aria-label={say("admin.pages")}>
          {PAGES.map((page) => (
            <Link key={page} href={`/admin${page}`} aria-current={page === here ? "page" : undefined}>
              {say(WORDS[page])}
            </Link>
          ))}
        </nav>
      </div>
      <Switch>
        <Route path="/admin/assets" component={AssetsPage} />
        <Route path="/admin/assets/:id">{({ id }) => <OperatorAssetPage key={id} id={id} />}</Route>
        <Route path="/admin/runs" component={RunsPage} />
        <Route path="/admin/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
        <Route path="/admin/jobs" component={JobsPage} />
        <Route path="/admin/webhooks" component={WebhooksPage} />
        <Route component={Dashboard} />
      </Switch>
    </div>
  );
}
