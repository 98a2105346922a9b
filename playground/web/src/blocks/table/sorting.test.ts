import { describe, expect, test } from "vitest";

import { nextOrder, sorted } from "./sorting";
import type { Cell } from "../types";

const row = (name: string, value: number): Cell[] => [
  { type: "raw_text", text: name },
  { type: "raw_number", value, text: `${value} min` },
];
const rows = [row("Bruno", 9), row("alice", 10), row("Chris", 9)];
const names = (ordered: Cell[][]) => ordered.map(([name]) => name?.text);

describe("a table", () => {
  test("stands as it came until a column is chosen", () => {
    expect(sorted(rows, null)).toBe(rows);
  });

  test("sorts numbers by their value, the greatest first", () => {
    const order = nextOrder(null, 1, rows);
    expect(names(sorted(rows, order))).toEqual(["alice", "Bruno", "Chris"]);
  });

  test("sorts texts as people do, from the beginning of the alphabet", () => {
    expect(names(sorted(rows, nextOrder(null, 0, rows)))).toEqual(["alice", "Bruno", "Chris"]);
  });

  test("turns round when the same column is chosen again", () => {
    const first = nextOrder(null, 0, rows);
    expect(names(sorted(rows, nextOrder(first, 0, rows)))).toEqual(["Chris", "Bruno", "alice"]);
  });
});
