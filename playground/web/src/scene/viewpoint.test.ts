import { expect, test } from "vitest";

import { queryOf, viewpointOf } from "./viewpoint";

test("an address without a word leads the English agent to support", () => {
  expect(viewpointOf("")).toEqual({ as: "english", in: "support", thread: "" });
});

test("an address keeps who looks, where, and at which thread", () => {
  const viewpoint = { as: "french", in: "private", thread: "1700000000.000100" };
  expect(viewpointOf(queryOf(viewpoint))).toEqual(viewpoint);
});
