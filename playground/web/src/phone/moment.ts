import type { Received } from "../state/types";

/** Where a customer or guest stands, as far as one sees it on the telephone. */
export type Moment = "message" | "consent" | "camera" | "live" | "away" | "meeting" | "over" | "missed";

/** Concluded from what can be done now. */
export function momentOf({ touches, missed }: Received): Moment {
  if (missed) return "missed";
  const possible = new Set(touches.filter((touch) => touch.possible).map(({ label }) => label));
  if (possible.has("Open link")) return "message";
  if (possible.has("Accept")) return "consent";
  if (possible.has("Allow camera")) return "camera";
  if (possible.has("Take photo")) return "live";
  if (possible.has("Come back")) return "away";
  return possible.has("Hang up") ? "meeting" : "over";
}
