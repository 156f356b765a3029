import { expect, it } from "vitest";
import { moved, positionOf } from "../src/asset/crop";

it("keeps the point in the middle of a crop as long as the picture reaches", () => {
  // A square of a picture twice as wide shows half of it.
  expect(positionOf({ x: 0.5, y: 0.5 }, 2, 1)).toEqual({ x: 50, y: 50 });
  expect(positionOf({ x: 0, y: 0.5 }, 2, 1).x).toBe(0);
  expect(positionOf({ x: 1, y: 0.5 }, 2, 1).x).toBe(100);
  expect(positionOf({ x: 0.375, y: 0.5 }, 2, 1).x).toBe(25);
});

it("moves the point by arrow keys, within the picture", () => {
  expect(moved({ x: 0.5, y: 0.5 }, "ArrowRight", 0.01)).toEqual({ x: 0.51, y: 0.5 });
  expect(moved({ x: 0, y: 0 }, "ArrowUp", 0.1)).toEqual({ x: 0, y: 0 });
  expect(moved({ x: 0, y: 0 }, "a", 0.1)).toBeUndefined();
});
