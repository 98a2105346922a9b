import { expect, test } from "vitest";

import { withPlainCode } from "./plainCode";

test("code has a plain ampersand, and nothing else changes", () => {
  const written = { type: "mrkdwn", text: "a &amp; b ```c &amp; &lt;d``` `e &amp; f`" };
  expect(withPlainCode([written])).toEqual([{ type: "mrkdwn", text: "a &amp; b ```c & &lt;d``` `e & f`" }]);
});
