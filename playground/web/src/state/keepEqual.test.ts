import { expect, test } from "vitest";

import { keepEqual } from "./keepEqual";

test("what says the same is the same", () => {
  const before = { list: [{ a: 1 }, { b: [2] }], text: "x" };
  expect(keepEqual(before, structuredClone(before))).toBe(before);
});

test("what has changed is new, and only that", () => {
  const before = { kept: { a: 1 }, changed: [{ b: 1 }, { c: 1 }] };
  const next = keepEqual(before, { kept: { a: 1 }, changed: [{ b: 1 }, { c: 2 }] });
  expect(next).toEqual({ kept: { a: 1 }, changed: [{ b: 1 }, { c: 2 }] });
  expect(next.kept).toBe(before.kept);
  expect(next.changed[0]).toBe(before.changed[0]);
});

test("what is gone is gone", () => {
  expect(keepEqual({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(keepEqual([1, 2], [1])).toEqual([1]);
  expect(keepEqual({ a: {} }, { a: null })).toEqual({ a: null });
});
