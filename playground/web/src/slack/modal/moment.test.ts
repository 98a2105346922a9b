import { describe, expect, it } from "vitest";

import { toLocal, toSeconds } from "./moment";

describe("a moment in a field", () => {
  it("comes back as it was picked", () => {
    for (const local of ["2026-12-01T14:00", "2026-07-01T00:00", "2027-02-28T23:59"]) {
      expect(toLocal(toSeconds(local) ?? "")).toBe(local);
    }
  });

  it("is shown by the minute", () => {
    expect(toSeconds(toLocal("1796133639"))).toBe("1796133600");
  });

  it("is nothing while the field is empty", () => {
    expect(toSeconds("")).toBeNull();
    expect(toLocal("")).toBe("");
  });
});
