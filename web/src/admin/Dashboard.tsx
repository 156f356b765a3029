import { useEffect } from "react";
import { Link } from "wouter";
import { announce } from "../parts/announcer";
import { sayCode, shortTime, useWords } from "../words/words";
import { since } from "./ages";
import { Failure } from "./Failure";
import { History } from "./History";
import { Dependencies, Workers } from "./Installation";
import { NeedsYou } from "./NeedsYou";
import { Tiles } from "./Tiles";
import type { Problem } from "./types";
import { useNow, useOverview } from "./useOverview";

/** Figures come each 5 s. */
const OLD = 15_000;

/** The first screen of an operator. */
export function Dashboard() {
  const say = useWords();
  const { data, error, dataUpdatedAt, refetch } = useOverview();
  const now = useNow();
  if (!data) return error ? <Failure error={error} again={() => void refetch()} /> : <p className="wait">{say("loading")}</p>;
  // By the time of arrival here: the clocks of the browser and the server may differ.
  const age = now - dataUpdatedAt;
  const there = Date.parse(data.at) + age;
  return (
    <>
      {data.problems.length > 0 && <Problems problems={data.problems} now={there} />}
      {age > OLD ? (
        <p className="banner stale">{say("admin.stale", { age: since(new Date(dataUpdatedAt).toISOString(), now) })}</p>
      ) : (
        <p className="fresh">{say("admin.asOf", { time: shortTime(Date.parse(data.at)) })}</p>
      )}
      <Tiles overview={data} />
      <div className="panels">
        <History overview={data} />
        <NeedsYou groups={data.needsYou} now={there} />
        <Dependencies overview={data} now={there} />
        <Workers overview={data} now={there} />
      </div>
    </>
  );
}

function Problems({ problems, now }: { problems: Problem[]; now: number }) {
  const say = useWords();
  const [first, ...others] = problems;
  const { code, subject, since: at } = first!;
  const values = { subject: subject ? sayCode("dependency", subject.replaceAll(" ", "_").replaceAll("-", "_"), "dependency.other", { name: subject }) : "" };
  const what = sayCode("wrong", code, "wrong.other", values);
  // Once for each problem: a live region would say the age again and again.
  useEffect(() => announce(what, "assertive"), [what]);
  return (
    <p className="red">
      <b>{what}</b> {at && say("admin.since", { age: since(at, now) })} {sayCode("fix", code, "fix.other", values)}{" "}
      {code === "run_paused" && subject && <Link href={`/admin/runs/${subject}`}>{say("run.show")}</Link>}
      {others.length > 0 && say("admin.more", { count: others.length })}
    </p>
  );
}
