import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { PipelineError } from "../api/client";
import { number, sayCode, time, useLanguage, useWords, type Word } from "../words/words";
import { Failure } from "./Failure";
import { changeRun, oneRun } from "./requests";
import { hasRole } from "./roles";
import type { Run } from "./types";
import { useChange } from "./useChange";

type Verb = Parameters<typeof changeRun>[1];

/** What the state of a run allows. */
export function verbsOf({ state, rollbackUntil }: Pick<Run, "state" | "rollbackUntil">, now: number): Verb[] {
  if (state === "planned") return ["apply", "cancel"];
  if (state === "running") return ["pause", "cancel"];
  if (state === "paused") return ["resume", "cancel"];
  return rollbackUntil && Date.parse(rollbackUntil) > now ? ["rollback"] : [];
}

export function RunPage({ id }: { id: string }) {
  const say = useWords();
  const language = useLanguage();
  const { change, error: refused, isBusy } = useChange();
  const {
    data: run,
    error,
    refetch,
  } = useQuery({ queryKey: ["admin", "run", id], queryFn: ({ signal }) => oneRun(id, { signal }), refetchInterval: 2000, staleTime: 0 });
  if (!run && error instanceof PipelineError && (error.status === 404 || error.status === 400)) return <p>{say("run.notFound")}</p>;
  if (!run) return error ? <Failure error={error} again={() => void refetch()} /> : <p className="wait">{say("loading")}</p>;
  const { progress } = run;
  const ended = progress.done + progress.skipped + progress.failed;
  const why = run.pausedBecause ?? run.because;
  return (
    <>
      <h2>
        {sayCode("run.verb", run.kind, "run.verb.other")}: {say(`runState.${run.state}` as Word)}
      </h2>
      {why && language === "en" && <p>{why}</p>}
      {run.waitingFor && <p className="state">{say(`runWait.${run.waitingFor}` as Word)}</p>}
      <label>
        {say("run.done", { done: number(ended), planned: number(progress.planned) })}
        <progress max={Math.max(1, progress.planned)} value={ended} />
      </label>
      <p>{say("run.figures", { failed: progress.failed, skipped: progress.skipped, inFlight: progress.inFlight, rate: number(progress.perMinute, 1) })}</p>
      {progress.etaAt && <p>{say("run.eta", { time: time(progress.etaAt) })}</p>}
      <p className="state">
        {say("run.plannedBy", { user: run.plannedBy, time: time(run.createdAt) })}{" "}
        {run.appliedBy && run.appliedAt && say("run.appliedBy", { user: run.appliedBy, time: time(run.appliedAt) })}
      </p>
      {run.reason && (
        <p>
          {say("run.reason")}: <bdi>{run.reason}</bdi>
        </p>
      )}
      {hasRole("operator") && (
        <div className="actions">
          {verbsOf(run, Date.now()).map((verb) => (
            <Button
              key={verb}
              className={verb === "cancel" || verb === "rollback" ? "danger" : "primary"}
              isDisabled={isBusy}
              onPress={() => void change(() => changeRun(id, verb))}
            >
              {say(`run.verb.${verb}` as Word)}
            </Button>
          ))}
        </div>
      )}
      {refused && (
        <p role="alert" className="bad">
          {refused}
        </p>
      )}
      {Object.entries(progress.failedBy).map(([code, count]) => (
        <p key={code}>
          {sayCode("failureName", code, "failureName.other")}: {number(count)}
        </p>
      ))}
      <Link href="/admin/runs">{say("run.all")}</Link>
    </>
  );
}
