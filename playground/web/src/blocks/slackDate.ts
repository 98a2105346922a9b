/** Slack's `<!date^…>` in the language of its reader: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */

type Style = Intl.DateTimeFormatOptions;

const SHORT: Style = { year: "numeric", month: "short", day: "numeric" };
const MEDIUM: Style = { year: "numeric", month: "long", day: "numeric" };
const LONG: Style = { ...MEDIUM, weekday: "long" };

const STYLES: Record<string, Style> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: SHORT,
  date_short_pretty: SHORT,
  date: MEDIUM,
  date_pretty: MEDIUM,
  date_long: LONG,
  date_long_pretty: LONG,
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

const DAY = 86_400_000;
const TOKEN = /\{(\w+)\}/g;

/** The pattern with its `{tokens}` filled in; the fallback where a token is unknown or the moment is no number. */
export function slackDate(
  seconds: number,
  pattern: string,
  fallback: string,
  locale: string,
  now = new Date(),
): string {
  if (!Number.isFinite(seconds)) return fallback;
  const moment = new Date(seconds * 1000);
  const tokens = Array.from(pattern.matchAll(TOKEN), ([, token = ""]) => token);
  if (!tokens.every((token) => token in STYLES || token === "ago")) return fallback;
  return pattern.replaceAll(TOKEN, (_, token: string) => {
    if (token === "ago") return ago(moment, locale, now);
    const style = STYLES[token];
    return token.endsWith("_pretty")
      ? pretty(moment, locale, now, style)
      : moment.toLocaleString(locale, style);
  });
}

function pretty(moment: Date, locale: string, now: Date, style: Style | undefined): string {
  const days = Math.round((midnight(moment) - midnight(now)) / DAY);
  if (Math.abs(days) > 1) return moment.toLocaleString(locale, style);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

function midnight(moment: Date): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

function ago(moment: Date, locale: string, now: Date): string {
  const minutes = Math.round((moment.getTime() - now.getTime()) / 60_000);
  const format = new Intl.RelativeTimeFormat(locale);
  if (Math.abs(minutes) < 60) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}
