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

  return (
    <div className="invitation">
      <p className="invitation-head">
        <strong>
          {received.kind} to {received.to}
        </strong>
        <time className="quiet">{timeOf(received.at)}</time>
      </p>
      <p className="bubble">
        Your video session is waiting: <span className="link">{received.link}</span>
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
            data-tour={`touch-${one.action}`}
            onClick={() => touch(one)}
          >
            {one.label}
          </button>
        ))}
      </div>
    </div>
  );
}
