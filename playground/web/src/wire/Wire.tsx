import { usePersisted } from "../parts/usePersisted";
import { useStage } from "../scene/Stage";
import { BudgetMeter } from "./BudgetMeter";
import { PassageItem } from "./PassageItem";

/** What went between Slack, the bot and Apizee, newest first; folded until somebody wants to know. */
export function Wire() {
  const { passages } = useStage().scene.wire;
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
          <div className="passages" role="group" aria-label="Requests" tabIndex={0}>
            {passages.length === 0 && <p className="quiet">Nothing yet.</p>}
            {passages.map((passage) => (
              <PassageItem key={passage.number} passage={passage} />
            ))}
          </div>
        )}
      </details>
      <BudgetMeter />
    </section>
  );
}
