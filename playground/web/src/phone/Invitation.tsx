import { timeOf } from "../parts/time";
import { useStage } from "../scene/Stage";
import type { Received, Touch } from "../scene/types";
import { momentOf } from "./moment";
import { Screen } from "./Screen";

/** A message with its link, what one sees behind the link, and what one can do. */
export function Invitation({ received }: { received: Received }) {
  const { act } = useStage();
  const moment = momentOf(received);
  const touch = ({ deed, possible }: Touch) => {
    if (possible) void act("touch", { received: received.number, touch: deed });
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
            key={one.deed}
            className={one.deed === "hang-up" ? "touch hang-up" : "touch"}
            aria-disabled={!one.possible}
            data-tour={`touch-${one.deed}`}
            onClick={() => touch(one)}
          >
            {one.label}
          </button>
        ))}
      </div>
    </div>
  );
}
