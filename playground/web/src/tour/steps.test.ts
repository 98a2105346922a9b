import { describe, expect, test } from "vitest";

import type { Received, ViewState } from "../state/types";
import { beginningOf, since, STEPS } from "./steps";

const TOUCHES = ["Open link", "Accept", "Allow camera", "Refuse camera", "Take photo", "Hang up"];
const ENDS = ["Open link", "Hang up"];

function received(labels: string[], possible: string[], photos = 0): Received {
  const touches = labels.map((label) => ({ label, action: label, possible: possible.includes(label) }));
  return { number: 0, kind: "SMS", to: "", link: "", at: 0, state: "", photos, missed: false, touches };
}

const sms = (possible: string[], photos = 0) => received(TOUCHES, possible, photos);

function view(shown: object): ViewState {
  const nothing = { phone: [], messages: [], thread: null, home: null, channel: { slug: "support" } };
  return { ...nothing, ...shown } as unknown as ViewState;
}

const done = (shown: object) => STEPS.filter(({ isDone }) => isDone(view(shown))).map(({ title }) => title);

describe("a step of the tour", () => {
  test("has not happened before anything has", () => {
    expect(done({})).toEqual([]);
  });

  test.each([
    [["Open link"], 0, []],
    [["Accept"], 0, []],
    [["Allow camera", "Refuse camera", "Hang up"], 0, []],
    [["Take photo", "Hang up"], 0, ["Be the customer"]],
    [["Take photo", "Hang up"], 1, ["Be the customer"]],
    [[], 0, ["Be the customer"]],
    [[], 1, ["Be the customer", "Take a photo, then hang up"]],
  ])("follows the customer who can %j and took %d photos", (possible, photos, titles) => {
    expect(done({ phone: [sms(possible, photos)] })).toEqual(["Invite a customer", ...titles]);
  });

  test.each([
    ["Open the thread", { thread: { messages: [{}, {}] } }],
    ["Start a meeting", { phone: [received(ENDS, ENDS)] }],
    ["See the figures", { messages: [{ blocks: [{ type: "data_table" }] }] }],
    [
      "Say how it ended",
      { messages: [{ blocks: [{ type: "context", elements: [{ text: ":memo: Outcome: *Solved*" }] }] }] },
    ],
    ["Look at the Home", { home: { blocks: [] }, channel: { slug: "home" } }],
  ])("%s is seen in what the page shows", (title, shown) => {
    expect(done(shown)).toContain(title);
  });

  test("does not count what was there before the tour", () => {
    const before = view({ phone: [sms(["Take photo"])] });
    expect(done(since(beginningOf(before), before))).toEqual([]);
  });
});
