import type { MouseEvent } from "react";

import { timeOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import type { Received, Touch } from "../state/types";
import { momentOf } from "./moment";
import { Screen } from "./Screen";

/** A message with its link, what one sees behind the link, and what one can do. */
export function Invitation({ received }: { received: Received }) {
  const { act } = usePage();
  const moment = momentOf(received);
  const touch = ({ action, possible }: Touch) => {
    if (possible) void act("touch", { received: received.number, touch: action });
  };
  // The link opens on the telephone; with a modifier key also here, in a tab, as any link does.
  const tapLink = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    received.touches.filter(({ action }) => action === "open").forEach(touch);
  };

  return (
    <div className="invitation">
      <p className="invitation-head">
        <strong>
          {received.kind} to {received.to}
        </strong>
        <time className="quiet">{timeOf(received.at)}</time>
      </p>
      <p className="bubble">
        Your video session is waiting:{" "}
        <a href={received.link} className="link" onClick={tapLink}>
          {received.link}
        </a>
      </p>
      <Screen moment={moment} />
      <p className="phone-state" role="status">
        {received.state}
        {received.photos > 0 && ` ${received.photos === 1 ? "1 photo" : `${received.photos} photos`} taken.`}
      </p>
      <div className="touches">
        {received.touches.map((one) => (
          <button
            type="button"
            key={one.action}
            className={one.action === "hang-up" ? "touch hang-up" : "touch"}
            aria-disabled={!one.possible}
            onClick={() => touch(one)}
          >
            {one.label}
          </button>
        ))}
      </div>
    </div>
  );
}
