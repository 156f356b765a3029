import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { number, sayCode, time, useWords, type Word } from "../words/words";
import { Failure } from "./Failure";
import { type Kind, PlanDialog } from "./PlanDialog";
import { listRuns } from "./requests";
import { hasRole } from "./roles";
import { Started } from "./Started";
import type { Run, RunFilter } from "./types";

/** What can be planned from here; any other filter begins at the list of assets. */
const PLANS: { word: Word; kind: Kind; filter: RunFilter }[] = [
  { word: "run.plan.stale", kind: "reprocess", filter: { stale: "any" } as RunFilter },
  { word: "run.plan.retry", kind: "retry", filter: { all: true } as RunFilter },
];

export function RunsPage() {
  const say = useWords();
  const [plan, setPlan] = useState<(typeof PLANS)[number]>();
  const [started, setStarted] = useState<Run>();
  const query = useInfiniteQuery({
    queryKey: ["admin", "runs"],
    queryFn: ({ pageParam, signal }) => listRuns(pageParam, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
    refetchInterval: 5000,
  });
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {hasRole("operator") && (
        <div className="bulk">
          {PLANS.map((one) => (
            <Button key={one.word} onPress={() => setPlan(one)}>
              {say(one.word)}
            </Button>
          ))}
          <Link href="/admin/assets">{say("run.plan.other")}</Link>
        </div>
      )}
      <Started run={started} />
      {query.isError && <Failure error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && runs.length === 0 && <p>{say("run.none")}</p>}
      {runs.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
        <section className="scroll" aria-label={say("admin.runs")} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say("run.what")}</th>
                <th scope="col">{say("run.state")}</th>
                <th scope="col">{say("run.progress")}</th>
                <th scope="col">{say("run.by")}</th>
                <th scope="col">{say("run.plannedAt")}</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id}>
                  <th scope="row">
                    <Link href={`/admin/runs/${run.id}`}>
                      {sayCode("run.verb", run.kind, "run.verb.other")} {run.id.slice(-6)}
                    </Link>
                  </th>
                  <td>{say(`runState.${run.state}` as Word)}</td>
                  <td>
                    {say("run.done", { done: number(run.progress.done + run.progress.skipped + run.progress.failed), planned: number(run.progress.planned) })}
                  </td>
                  <td>
                    <bdi>{run.appliedBy ?? run.plannedBy}</bdi>
                  </td>
                  <td>{time(run.createdAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {query.hasNextPage && <Button onPress={() => void query.fetchNextPage()}>{say("admin.nextPage")}</Button>}
      {plan && <PlanDialog kind={plan.kind} filter={plan.filter} onClose={() => setPlan(undefined)} onStarted={setStarted} />}
    </>
  );
}
