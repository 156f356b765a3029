import { useState } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { number, shortTime, useWords, type Word } from "../words/words";
import { type Band, Chart } from "./Chart";
import type { Mark, Overview } from "./types";

const SPANS = ["hour", "day", "week"] as const;
const SHOWN = 3;

/** Ready, rejected and failed over an hour, a day or a week, with what explains a change. */
export function History({ overview }: { overview: Overview }) {
  const say = useWords();
  const [span, setSpan] = useState<(typeof SPANS)[number]>("hour");
  const series = overview[span];
  const from = Date.parse(series.from);
  const marks = overview.marks.filter(({ at, until }) => Date.parse(until ?? at) >= from);
  const lines = [
    { key: "ready", color: "--accent" },
    { key: "rejected", color: "--soft", dash: [6, 4] },
    { key: "failed", color: "--bad", dash: [2, 3] },
  ] as const;
  const totals = lines.map(({ key }) => say(`admin.total.${key}` as Word, { count: series[key].reduce((sum, one) => sum + one, 0) })).join(", ");
  return (
    <section className="panel">
      <div className="bar">
        <h2>{say("admin.history")}</h2>
        <div className="actions">
          {SPANS.map((one) => (
            <ToggleButton key={one} isSelected={one === span} onChange={() => setSpan(one)}>
              {say(`admin.span.${one}` as Word)}
            </ToggleButton>
          ))}
        </div>
      </div>
      <p className="legend">{totals}</p>
      <Chart
        label={`${say("admin.history")}: ${totals}`}
        from={from}
        step={series.stepSeconds}
        lines={lines.map(({ key, ...line }) => ({ ...line, label: key, values: series[key] }))}
        bands={marks.map(bandOf(Date.parse(overview.at)))}
        height={150}
        number={(value) => number(value)}
        time={(seconds) => shortTime(seconds * 1000, span === "week")}
      />
      <ul className="marks">
        {marks.slice(-SHOWN).map((mark) => (
          <li key={`${mark.kind} ${mark.subject} ${mark.at}`}>
            {shortTime(Date.parse(mark.at), true)} {say(`admin.mark.${mark.kind}` as Word, { subject: mark.subject ?? "" })}
          </li>
        ))}
      </ul>
    </section>
  );
}

const bandOf =
  (now: number) =>
  ({ kind, at, until }: Mark): Band => ({
    from: Date.parse(at),
    ...(kind !== "engine" && { to: until ? Date.parse(until) : now }),
    color: kind === "outage" ? "--bad" : "--soft",
  });
