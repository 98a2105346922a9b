import { describe, expect, test } from "vitest";

import { slackDate } from "./slackDate";

const now = new Date(2026, 2, 4, 12, 0);
const secondsAt = (...at: [number, number, number, number, number]) => new Date(...at).getTime() / 1000;
const NOON = secondsAt(2026, 2, 4, 12, 5);

describe("a date of Slack's", () => {
  test("is written in the language of its reader", () => {
    const long = "{date_long}";
    expect(slackDate(NOON, long, "", "en-US", now)).toBe("Wednesday, March 4, 2026");
    expect(slackDate(NOON, long, "", "fr-FR", now)).toBe("mercredi 4 mars 2026");
  });

  test("says today, yesterday and tomorrow where that is asked for", () => {
    const pretty = (seconds: number) => slackDate(seconds, "{date_short_pretty}", "", "en-US", now);
    expect(pretty(NOON)).toBe("today");
    expect(pretty(secondsAt(2026, 2, 3, 23, 59))).toBe("yesterday");
    expect(pretty(secondsAt(2026, 2, 5, 0, 1))).toBe("tomorrow");
    expect(pretty(secondsAt(2026, 2, 1, 12, 0))).toBe("Mar 1, 2026");
  });

  test("keeps the words between its tokens", () => {
    expect(slackDate(NOON, "{date_num} at {time}", "", "fr-FR", now)).toBe("04/03/2026 at 12:05");
  });

  test("tells how long ago it was", () => {
    const ago = (seconds: number) => slackDate(seconds, "{ago}", "", "en-US", now);
    expect(ago(NOON)).toBe("in 5 minutes");
    expect(ago(NOON - 3 * 3600)).toBe("3 hours ago");
    expect(ago(NOON - 49 * 3600)).toBe("2 days ago");
  });

  test("falls back to its text where it cannot be shown", () => {
    expect(slackDate(NOON, "{date_of_birth}", "then", "en-US", now)).toBe("then");
    expect(slackDate(NaN, "{time}", "then", "en-US", now)).toBe("then");
  });
});
