import { exactTimeOf, lengthOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import { useTicking } from "./useTicking";

const STEPS = [
  ["+1 min", 60],
  ["+5 min", 300],
  ["+1 h", 3_600],
  ["+1 day", 86_400],
] as const;

/** Lets time pass for Slack, Apizee and the bot, for what takes long: reminders, expiries, late recordings. */
export function Clock() {
  const { view, act } = usePage();
  const { ahead } = view.clock;
  const now = useTicking(view.clock.now);
  return (
    <fieldset className="card clock">
      <legend>Clock</legend>
      <p>
        It is <time>{exactTimeOf(now)}</time>
        <span className="quiet">{ahead > 0 ? `, ${lengthOf(ahead)} ahead` : ""}</span>
      </p>
      <p className="quiet">
        Time passes for Slack, Apizee and the bot together: 5 minutes bring the reminder, a day the end of an
        invitation. Retries, the requests a minute and links that are good for a day take real time.
      </p>
      <div className="row">
        {STEPS.map(([label, seconds]) => (
          <button type="button" className="button" key={label} onClick={() => void act("pass", { seconds })}>
            {label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
