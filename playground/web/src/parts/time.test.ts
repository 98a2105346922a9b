import { expect, test } from "vitest";

import { lengthOf } from "./time";

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [3_900, "1 h 5 min"],
  [90_061, "1 day 1 h"],
  [172_800, "2 days"],
])("%d seconds are %s", (seconds, text) => {
  expect(lengthOf(seconds)).toBe(text);
});
