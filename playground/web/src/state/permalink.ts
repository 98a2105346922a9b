import type { ChannelEntry } from "./types";

const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})/;

const SETTLED_AFTER = 15;

/** The channel of this page that an address of a message leads to, by its slug, and the message's ts; null elsewhere. */
export function placeOf(href: string, channels: ChannelEntry[]): { slug: string; ts: string } | null {
  const [, id, seconds = "", micros = ""] = PERMALINK.exec(href) ?? [];
  const slug = channels.find((channel) => channel.id === id)?.slug;
  return slug ? { slug, ts: `${seconds}.${micros}` } : null;
}

/** Brings a message into view as soon as it is on the page, and for some frames more: a list that appears goes to its end. */
export function reveal(ts: string, frames = 300): void {
  const message = document.getElementById(`message-${ts}`);
  message?.scrollIntoView({ block: "center" });
  const left = message ? Math.min(frames, SETTLED_AFTER) - 1 : frames - 1;
  if (left > 0) requestAnimationFrame(() => reveal(ts, left));
}
