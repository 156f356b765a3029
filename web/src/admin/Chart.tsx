import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** A line of a chart. The colour is a variable of the styles. */
export interface Line {
  label: string;
  color: string;
  dash?: readonly number[];
  values: number[];
}

/** A place or a length of time that is marked; in milliseconds. */
export interface Band {
  from: number;
  to?: number;
  color: string;
}

interface Props {
  label: string;
  from: number;
  step: number;
  lines: Line[];
  bands?: Band[];
  height: number;
  /** Nothing but the lines. */
  bare?: boolean;
  number?: (value: number) => string;
  time?: (seconds: number) => string;
}

/** The colour that a variable stands for in the present theme. */
function colorOf(host: HTMLElement, variable: string): string {
  host.style.color = `var(${variable})`;
  const color = getComputedStyle(host).color;
  host.style.color = "";
  return color;
}

function useTheme(): boolean {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [isDark, set] = useState(query.matches);
  useEffect(() => {
    const change = () => set(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return isDark;
}

/** Lines over time by uPlot. Its picture has one name for readers; the figures stand beside it as text. */
export function Chart({ label, from, step, lines, bands = [], height, bare, number, time }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const isDark = useTheme();
  // Drawn again when a figure changes, and not each time that the page is.
  const drawn = JSON.stringify({ from, step, lines, bands, isDark });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for all figures
  useEffect(() => {
    const element = host.current!;
    const soft = colorOf(element, "--soft");
    const grid = { stroke: colorOf(element, "--raised"), width: 1 };
    const axis = { stroke: soft, grid, ticks: grid, font: "12px system-ui" };
    const colors = bands.map(({ color }) => colorOf(element, color));
    const plot = new uPlot(
      {
        width: element.clientWidth || 120,
        height,
        pxAlign: false,
        cursor: { show: false },
        legend: { show: false },
        ...(bare && { padding: [2, 0, 2, 0] as uPlot.Padding }),
        scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
        axes: bare
          ? [{ show: false }, { show: false }]
          : [
              { ...axis, ...(time && { values: (_, ticks) => ticks.map(time) }) },
              {
                ...axis,
                size: 48,
                incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
                ...(number && { values: (_, ticks) => ticks.map(number) }),
              },
            ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: colorOf(element, line.color),
            width: bare ? 1.5 : 2,
            points: { show: false },
            ...(line.dash && { dash: [...line.dash] }),
          })),
        ],
        hooks: {
          drawClear: [
            (chart) => {
              const { ctx, bbox } = chart;
              bands.forEach((band, place) => {
                const left = Math.max(bbox.left, chart.valToPos(band.from / 1000, "x", true));
                const right = Math.min(bbox.left + bbox.width, chart.valToPos((band.to ?? band.from) / 1000, "x", true));
                if (right < bbox.left) return;
                ctx.save();
                ctx.globalAlpha = band.to ? 0.25 : 0.9;
                ctx.fillStyle = colors[place]!;
                ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
                ctx.restore();
              });
            },
          ],
        },
      },
      [lines[0]!.values.map((_, place) => from / 1000 + place * step), ...lines.map((line) => line.values)],
      element,
    );
    const size = new ResizeObserver(() => plot.setSize({ width: element.clientWidth || 120, height }));
    size.observe(element);
    return () => {
      size.disconnect();
      plot.destroy();
    };
  }, [drawn, height, bare, label]);
  return <div ref={host} className="chart" role="img" aria-label={label} style={{ blockSize: height }} />;
}
