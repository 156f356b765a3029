export interface Point {
  x: number;
  y: number;
}

/** Where `object-position` must be, in per cent, so that a crop of one aspect keeps a point of a picture of another aspect as near to its middle as it can. */
export function positionOf(point: Point, aspect: number, box: number): Point {
  const along = (at: number, visible: number) => (visible >= 1 ? 50 : (Math.min(1 - visible, Math.max(0, at - visible / 2)) / (1 - visible)) * 100);
  return { x: along(point.x, box / aspect), y: along(point.y, aspect / box) };
}

/** Moves a point by an arrow key; undefined for another key. */
export function moved({ x, y }: Point, key: string, step: number): Point | undefined {
  const by: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const way = by[key];
  const within = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  return way && { x: within(x + way[0]), y: within(y + way[1]) };
}
