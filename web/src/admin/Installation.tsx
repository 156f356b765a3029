import { Link } from "wouter";
import { sayCode, useWords, type Word } from "../words/words";
import { duration, since } from "./ages";
import type { Overview } from "./types";

/** What the pipeline needs, each with its state and since when. */
export function Dependencies({ overview, now }: { overview: Overview; now: number }) {
  const say = useWords();
  return (
    <section className="panel">
      <h2>{say("admin.dependencies")}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <section className="short" aria-label={say("admin.dependencies")} tabIndex={0}>
        <table>
          <tbody>
            {overview.dependencies.map(({ name, status, since: at, ageSeconds }) => (
              <tr key={name}>
                <th scope="row">{sayCode("dependency", name.replaceAll(" ", "_").replaceAll("-", "_"), "dependency.other", { name })}</th>
                <td className={status === "fail" ? "bad" : undefined}>{say(`admin.status.${status}` as Word)}</td>
                <td>
                  {say("admin.since", { age: since(at, now) })}
                  {ageSeconds !== undefined && ` · ${say("admin.signatureAge", { age: duration(ageSeconds) })}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {overview.dependencies.length === 0 && <p className="state">{say("admin.unmeasured")}</p>}
      </section>
    </section>
  );
}

/** The workers, each with the assets that it holds and for how long. */
export function Workers({ overview, now }: { overview: Overview; now: number }) {
  const say = useWords();
  return (
    <section className="panel">
      <h2>{say("admin.workers")}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <section className="short" aria-label={say("admin.workers")} tabIndex={0}>
        {overview.workers.length === 0 && <p className="state">{say("admin.noWorkers")}</p>}
        <ul className="workers">
          {overview.workers.map((worker, place) => (
            <li key={worker.id ?? `unknown ${place}`}>
              <b>{worker.name ?? say("admin.unknownWorker")}</b> <small>{say("admin.places", { held: worker.holds.length, places: worker.places })}</small>
              {worker.holds.map(({ assetId, since: at }, held) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: assets of other tenants have no id
                <span key={held} className="held">
                  {assetId ? <Link href={`/admin/assets/${assetId}`}>{assetId.slice(-6)}</Link> : say("admin.otherTenant")} {since(at, now)}
                </span>
              ))}
            </li>
          ))}
        </ul>
      </section>
    </section>
  );
}
