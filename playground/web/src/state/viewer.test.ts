import { expect, test } from "vitest";

import { queryOf, viewerOf } from "./viewer";

test("an address without a word leads the English agent to support", () => {
  expect(viewerOf("")).toEqual({ as: "english", in: "support", thread: "" });
});

test("an address keeps who looks, where, and at which thread", () => {
  const viewer = { as: "french", in: "private", thread: "1700000000.000100" };
  expect(viewerOf(queryOf(viewer))).toEqual(viewer);
});
