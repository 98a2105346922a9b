import { describe, expect, test } from "vitest";

import { isUnfinishedCommand, suggestionsFor } from "./completion";

const commands = [
  {
    command: "/assist",
    hint: "<phone or e-mail> [ref:<reference>] · find (open, media) · stats · list",
    description: "Invite",
  },
  { command: "/meet", hint: "<e-mail, phone, @people> · find", description: "Meet" },
];
const people = [
  { name: "Alice", handle: "agent1", isBot: false },
  { name: "Bruno", handle: "agent2", isBot: false },
  { name: "Slackbot", isBot: true },
];
const texts = (typed: string) => suggestionsFor(typed, commands, people).map(({ text }) => text);

describe("what is being typed", () => {
  test("could be a command as soon as it begins like one", () => {
    expect(texts("/")).toEqual(["/assist ", "/meet "]);
    expect(texts("/me")).toEqual(["/meet "]);
    expect(suggestionsFor("/me", commands, people)[0]?.label).toBe("/meet <e-mail, phone, @people>");
  });

  test("could go on with a word that the command knows", () => {
    expect(texts("/assist ")).toEqual(["/assist find ", "/assist stats ", "/assist list "]);
    expect(texts("/assist s")).toEqual(["/assist stats "]);
  });

  test("needs nothing more when the word is whole", () => {
    expect(texts("/assist stats")).toEqual([]);
    expect(texts("/assist +33 6 62 68 21 93")).toEqual([]);
  });

  test("could name somebody after an @, by handle or by name", () => {
    expect(texts("/meet @ag")).toEqual(["/meet @agent1 ", "/meet @agent2 "]);
    expect(texts("Hello @bru")).toEqual(["Hello @agent2 "]);
  });

  test("is no mention inside of an address", () => {
    expect(texts("ann@ag")).toEqual([]);
  });

  test("is left alone when it is an ordinary sentence", () => {
    expect(texts("Hello")).toEqual([]);
  });
});

describe("Enter", () => {
  test("completes what is no command yet", () => {
    expect(isUnfinishedCommand("/ass", commands)).toBe(true);
  });

  test.each(["/assist", "/assist st", "Hello"])("sends %s", (typed) => {
    expect(isUnfinishedCommand(typed, commands)).toBe(false);
  });
});
