import { expect, test } from "vitest";

import { placeOf } from "./permalink";
import type { ChannelEntry } from "./types";

const channels = [{ id: "C0SUPPORT", slug: "support" }] as ChannelEntry[];

test("the address of a message leads to its channel", () => {
  const address =
    "https://sandbox.slack.com/archives/C0SUPPORT/p1795598227123456?thread_ts=1.2&cid=C0SUPPORT";
  expect(placeOf(address, channels)).toEqual({ slug: "support", ts: "1795598227.123456" });
});

test.each([
  "https://sandbox.slack.com/archives/C0OTHER01/p1795598227123456",
  "https://example.com/archives/C0SUPPORT/p1795598227123456",
])("%s leads away from the page", (address) => {
  expect(placeOf(address, channels)).toBeNull();
});
