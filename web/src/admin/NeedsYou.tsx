import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { keepFocus } from "../parts/focus";
import { number, sayCode, useWords } from "../words/words";
import { since } from "./ages";
import { type Kind, PlanDialog } from "./PlanDialog";
import { hasRole } from "./roles";
import { Started } from "./Started";
import type { Group, Run, RunFilter } from "./types";

export const filterOf = ({ code, engine }: Group): RunFilter => ({ code, engine: engine ?? "" }) as RunFilter;

/** Failures in groups: one line for any number of them, each with what to do about all at once. */
export function NeedsYou({ groups, now }: { groups: Group[]; now: number }) {
  const say = useWords();
  const [asked, setAsked] = useState<{ kind: Kind; group: Group }>();
  const [started, setStarted] = useState<Run>();
  const before = useRef(groups.length);
  useEffect(() => {
    // The button that had the focus may have gone with its group.
    if (groups.length < before.current) keepFocus();
    before.current = groups.length;
  }, [groups.length]);
  return (
    <section className="panel">
      <h2>{say("admin.needsYou")}</h2>
      <Started run={started} />
      {groups.length === 0 && <p className="state">{say("admin.nothing")}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <section className="short" aria-label={say("admin.needsYou")} tabIndex={0}>
        {groups.map((group) => {
          const what = sayCode("failureName", group.code, "failureName.other");
          const name = `${what} – ${group.engine ?? say("admin.noEngine")}`;
          return (
            <article key={`${group.code} ${group.engine}`} className="group" aria-label={name}>
              <div className="thumbs">
                {group.examples.map(({ assetId, thumbnailUrl }) => (
                  <Link key={assetId} href={`/admin/assets/${assetId}`} aria-label={say("admin.example", { id: assetId.slice(-6) })}>
                    {thumbnailUrl ? (
                      <img src={thumbnailUrl} alt="" width={36} height={36} loading="lazy" />
                    ) : (
                      <span aria-hidden="true">…{assetId.slice(-6)}</span>
                    )}
                  </Link>
                ))}
              </div>
              <div className="what">
                <Link href={`/admin/assets?failed=true&code=${group.code}&engine=${encodeURIComponent(group.engine ?? "")}`}>
                  <b>
                    {number(group.count)}
                    {group.atLeast && "+"}
                  </b>{" "}
                  {name}
                </Link>
                <small>{say("admin.firstLast", { first: since(group.firstAt, now), last: since(group.lastAt, now) })}</small>
              </div>
              {hasRole("operator") && (
                <div className="actions">
                  <Button aria-label={`${say("admin.retryAll")}: ${name}`} onPress={() => setAsked({ kind: "retry", group })}>
                    {say("admin.retryAll")}
                  </Button>
                  {hasRole("admin") && (
                    <Button className="danger" aria-label={`${say("admin.discard")}: ${name}`} onPress={() => setAsked({ kind: "discard", group })}>
                      {say("admin.discard")}
                    </Button>
                  )}
                </div>
              )}
            </article>
          );
        })}
      </section>
      {asked && <PlanDialog kind={asked.kind} filter={filterOf(asked.group)} onClose={() => setAsked(undefined)} onStarted={setStarted} />}
    </section>
  );
}
