import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components/Button";
import { number, time, useWords, type Word } from "../words/words";
import { duration } from "./ages";
import { Failure } from "./Failure";
import { changeJob, listJobs } from "./requests";
import { hasRole } from "./roles";
import { useChange } from "./useChange";

export function JobsPage() {
  const say = useWords();
  const { change, error: refused, isBusy } = useChange();
  const { data, error, refetch } = useQuery({
    queryKey: ["admin", "jobs"],
    queryFn: ({ signal }) => listJobs({ signal }),
    refetchInterval: 5000,
    staleTime: 0,
  });
  if (!data) return error ? <Failure error={error} again={() => void refetch()} /> : <p className="wait">{say("loading")}</p>;
  return (
    <>
      {refused && (
        <p role="alert" className="bad">
          {refused}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <section className="scroll" aria-label={say("admin.jobs")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say("job.name")}</th>
              <th scope="col">{say("run.state")}</th>
              <th scope="col">{say("job.every")}</th>
              <th scope="col">{say("job.last")}</th>
              <th scope="col">{say("job.next")}</th>
              {hasRole("operator") && <th scope="col">{say("job.actions")}</th>}
            </tr>
          </thead>
          <tbody>
            {data.items.map((job) => {
              const isPaused = job.state === "paused";
              return (
                <tr key={job.name}>
                  <th scope="row">
                    <code>{job.name}</code>
                  </th>
                  <td className={job.state === "late" ? "bad" : undefined}>{say(`jobState.${job.state}` as Word)}</td>
                  <td>{duration(job.intervalSeconds)}</td>
                  <td className={job.lastResult === "failed" ? "bad" : undefined}>
                    {job.lastEndedAt &&
                      `${time(job.lastEndedAt)}, ${say(`jobResult.${job.lastResult}` as Word, { rows: number(job.lastRows ?? 0), ms: number(job.lastMilliseconds ?? 0) })}`}
                  </td>
                  <td>{job.nextAt && time(job.nextAt)}</td>
                  {hasRole("operator") && (
                    <td className="actions">
                      <Button
                        aria-label={`${say("job.run")}: ${job.name}`}
                        isDisabled={isBusy || isPaused}
                        onPress={() => void change(() => changeJob(job.name, "run"))}
                      >
                        {say("job.run")}
                      </Button>
                      <Button
                        aria-label={`${say(isPaused ? "job.resume" : "job.pause")}: ${job.name}`}
                        isDisabled={isBusy}
                        onPress={() => void change(() => changeJob(job.name, isPaused ? "resume" : "pause"))}
                      >
                        {say(isPaused ? "job.resume" : "job.pause")}
                      </Button>
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </>
  );
}
