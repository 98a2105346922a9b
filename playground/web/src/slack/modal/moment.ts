/** A moment as a field of the browser has it, in its own time zone, and as Slack sends it: in Unix seconds. */

/** `1796133600` as `2026-12-01T14:00`; nothing for what is no moment. */
export function toLocal(seconds: string): string {
  if (!/^\d+$/.test(seconds)) return "";
  const moment = new Date(Number(seconds) * 1000);
  const ahead = -moment.getTimezoneOffset() * 60_000;
  return new Date(moment.getTime() + ahead).toISOString().slice(0, "2026-12-01T14:00".length);
}

/** The other way round; `null` for a field that is empty. */
export function toSeconds(local: string): string | null {
  const moment = new Date(local).getTime();
  return Number.isNaN(moment) ? null : String(Math.floor(moment / 1000));
}
