import { useState } from "react";

import { usePage } from "../state/PageContext";
import { draftKey, useDraft } from "../slack/composer/drafts";
import { since, stepAt, STEPS } from "./steps";
import { useHighlight } from "./useHighlight";

interface Props {
  beginning: string;
  onEnd: () => void;
}

/** Six steps through a session. Each waits for the real thing to happen, can be passed over, and bars nothing. */
export function Tour({ beginning, onEnd }: Props) {
  const { view } = usePage();
  const [reached, setReached] = useState(0);
  const at = stepAt(since(beginning, view), reached);
  const step = STEPS[at];
  useHighlight(step?.target);

  // What was once reached stays reached, whatever happens to the session afterwards.
  if (at > reached) setReached(at);

  return (
    <aside className="tour" aria-label="Guided tour">
      <progress value={at} max={STEPS.length} aria-label="Progress of the tour" />
      <div className="tour-words" role="status">
        {step ? (
          <>
            <strong>
              {at + 1} of {STEPS.length} · {step.title}
            </strong>
            <span>{step.text}</span>
          </>
        ) : (
          <>
            <strong>That was a whole session</strong>
            <span>
              Every click was a signed request to the real bot. Switch a fault on, and see how it copes.
            </span>
          </>
        )}
      </div>
      <div className="row">
        {step?.types && <TypeIt text={step.types} />}
        {step && (
          <button type="button" className="button" onClick={() => setReached(at + 1)}>
            Next
          </button>
        )}
        <button type="button" className="button" onClick={onEnd}>
          {step ? "Skip the tour" : "Finish"}
        </button>
      </div>
    </aside>
  );
}

function TypeIt({ text }: { text: string }) {
  const { view, go } = usePage();
  const place = view.channel.slug === "home" ? "support" : view.channel.slug;
  const [, setDraft] = useDraft(draftKey(view.me.slug, place));
  const typeIt = () => {
    if (place !== view.channel.slug) go({ in: place });
    setDraft(text);
    document.querySelector<HTMLElement>("[data-tour=write] textarea")?.focus();
  };
  return (
    <button type="button" className="button primary" onClick={typeIt}>
      Type it for me
    </button>
  );
}
