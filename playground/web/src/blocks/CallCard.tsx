import { Icon } from "../parts/Icon";
import { lengthOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import type { Call } from "../state/types";

/** Slack's block of a call that was registered: title, who is in it, the way in, how long it took. */
export function CallCard({ callId }: { callId: string }) {
  const call = usePage().view.calls[callId];
  if (!call) return <p className="quiet">A call that is no longer known.</p>;
  return (
    <div className={`call ${call.active ? "" : "over"}`}>
      <span className="call-icon">
        <Icon name="video" />
      </span>
      <div className="call-words">
        <strong>{call.title}</strong>
        <span className="quiet">{stateOf(call)}</span>
      </div>
      {call.active && (
        <a className="button primary" href={call.joinUrl} target="_blank" rel="noopener noreferrer">
          Join<span className="hidden"> the call</span>
        </a>
      )}
    </div>
  );
}

function stateOf({ active, participants, duration }: Call): string {
  if (!active) return duration === null ? "Ended" : `Ended · lasted ${lengthOf(duration)}`;
  return participants.length > 0 ? `With ${participants.join(", ")}` : "Open to join";
}
