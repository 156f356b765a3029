import { Link } from "wouter";
import { number, useWords, type Word } from "../words/words";
import { duration } from "./ages";
import { Chart } from "./Chart";
import type { Overview, Tile } from "./types";

const TILES = [
  { key: "arriving", to: "/admin/assets", color: "--accent" },
  { key: "ready", to: "/admin/assets?status=ready", color: "--accent" },
  { key: "oldestWaiting", to: "/admin/assets?status=queued", color: "--soft" },
  { key: "failed", to: "/admin/assets?failed=true", color: "--bad" },
  { key: "rejectedToday", to: "/admin/assets?status=rejected", color: "--soft" },
  { key: "webhooksBehind", to: "/admin/webhooks?status=pending", color: "--soft" },
] as const;

export function shownValue(key: keyof Overview["tiles"], { value, atLeast }: Tile, none: string): string {
  if (value === undefined) return none;
  return (key === "oldestWaiting" ? duration(value) : number(value, 1)) + (atLeast ? "+" : "");
}

/** Six figures, each with its last hour and a link to what it counts. */
export function Tiles({ overview }: { overview: Overview }) {
  const say = useWords();
  return (
    <ul className="tiles">
      {TILES.map(({ key, to, color }) => {
        const tile = overview.tiles[key];
        const label = say(`admin.tile.${key}` as Word);
        const value = shownValue(key, tile, say("admin.unmeasured"));
        return (
          <li key={key}>
            <Link href={to}>
              <span className="label">{label}</span>
              <b>{value}</b>
            </Link>
            <Chart
              label={say("admin.tile.hour", { label, most: number(Math.max(...tile.minutes)) })}
              from={Date.parse(overview.hour.from)}
              step={60}
              lines={[{ label, color, values: tile.minutes }]}
              height={28}
              bare
            />
          </li>
        );
      })}
    </ul>
  );
}
