import { describe, expect, test } from "vitest";

import type { Received, ViewState } from "../state/types";
import { beginningOf, since, stepAt } from "./steps";

const TOUCHES = ["Open link", "Accept", "Allow camera", "Take photo", "Hang up"];

function sms(possible: string[], photos = 0): Received {
  const touches = TOUCHES.map((label) => ({ label, action: label, possible: possible.includes(label) }));
  return { number: 0, kind: "SMS", to: "", link: "", at: 0, state: "", photos, touches };
}

function view(
  phone: Received[],
  messages: { replies: number; blocks: { type: string }[] }[] = [],
): ViewState {
  return { phone, messages } as unknown as ViewState;
}

describe("the tour", () => {
  test("waits for the invitation", () => {
    expect(stepAt(view([]), 0)).toBe(0);
  });

  test.each([
    [["Open link"], 0, 1],
    [["Accept"], 0, 2],
    [["Allow camera", "Hang up"], 0, 2],
    [["Take photo", "Hang up"], 0, 3],
    [["Take photo", "Hang up"], 1, 4],
    [[], 1, 4],
  ])("goes on with the customer who can %j and took %d photos", (possible, photos, step) => {
    expect(stepAt(view([sms(possible, photos)]), 0)).toBe(step);
  });

  test("asks for the figures once the photos are in the thread", () => {
    expect(stepAt(view([sms([], 1)], [{ replies: 2, blocks: [] }]), 0)).toBe(5);
  });

  test("ends with the figures", () => {
    const card = { replies: 2, blocks: [] };
    const figures = { replies: 0, blocks: [{ type: "data_table" }] };
    expect(stepAt(view([sms([], 1)], [card, figures]), 0)).toBe(6);
  });

  test("does not count what was there before", () => {
    const before = view([sms(["Take photo"])]);
    expect(stepAt(since(beginningOf(before), before), 0)).toBe(0);
  });

  test("does not go back", () => {
    expect(stepAt(view([]), 4)).toBe(4);
  });
});
