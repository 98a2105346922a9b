import { usePersisted } from "../parts/usePersisted";
import { usePage } from "../state/PageContext";
import { BudgetMeter } from "./BudgetMeter";
import { RequestItem } from "./RequestItem";

/** What went between Slack, the bot and Apizee, newest first; folded until somebody wants to know. */
export function Wire() {
  const { entries } = usePage().view.wire;
  const [isOpen, setOpen] = usePersisted("wire", "closed");
  return (
    <section className="wire" aria-label="Wire" id="wire">
      <details
        open={isOpen === "open"}
        onToggle={(event) => setOpen(event.currentTarget.open ? "open" : "closed")}
      >
        <summary>
          <span className="wire-title">Wire</span>
          <span className="quiet">What went between Slack, the bot and Apizee</span>
        </summary>
        {isOpen === "open" && (
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
          <div className="entries" role="group" aria-label="Requests" tabIndex={0}>
            {entries.length === 0 && <p className="quiet">Nothing yet.</p>}
            {entries.map((entry) => (
              <RequestItem key={entry.number} entry={entry} />
            ))}
          </div>
        )}
      </details>
      <BudgetMeter />
    </section>
  );
}
