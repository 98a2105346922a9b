import { describe, expect, test } from "vitest";

import { bandOf, heightOf, onCircle, slicesOf, ticksFor } from "./scales";

const frame = { left: 0, right: 100, top: 0, bottom: 100 };

describe("the lines behind a chart", () => {
  test.each([
    [
      [3, 8],
      [0, 2, 4, 6, 8],
    ],
    [[9], [0, 2, 4, 6, 8, 10]],
    [[137], [0, 50, 100, 150]],
    [[0.8], [0, 0.2, 0.4, 0.6, 0.8]],
    [
      [-3, 4],
      [-4, -2, 0, 2, 4],
    ],
  ])("of %j stand at round values", (values, ticks) => {
    expect(ticksFor(values)).toEqual(ticks);
  });

  test("divide nothing that is counted", () => {
    expect(ticksFor([1, 1])).toEqual([0, 1]);
  });

  test("are there although all values are zero", () => {
    expect(ticksFor([0, 0])).toEqual([0, 1]);
  });
});

test("a value is drawn between the lowest line and the highest", () => {
  expect(heightOf(0, [0, 5, 10], frame)).toBe(100);
  expect(heightOf(5, [0, 5, 10], frame)).toBe(50);
  expect(heightOf(10, [0, 5, 10], frame)).toBe(0);
});

test("categories share the width", () => {
  expect(bandOf(1, 4, frame)).toEqual({ middle: 37.5, width: 25 });
});

describe("a pie", () => {
  test("is cut by the values", () => {
    expect(slicesOf([1, 3])).toEqual([
      { from: 0, to: 0.25 },
      { from: 0.25, to: 1 },
    ]);
  });

  test("of nothing has empty slices", () => {
    expect(slicesOf([0, 0])).toEqual([
      { from: 0, to: 0 },
      { from: 0, to: 0 },
    ]);
  });

  test("begins at the top and goes clockwise", () => {
    expect(onCircle(0, 10, 50, 50)).toBe("50 40");
    expect(onCircle(0.25, 10, 50, 50)).toBe("60 50");
  });
});
