import { useState } from "react";

import { usePage } from "../state/PageContext";
import { draftKey, useDraft } from "../slack/composer/drafts";
import { since, STEPS, type Step } from "./steps";
import { useHighlight } from "./useHighlight";

interface Props {
  beginning: string;
  onEnd: () => void;
}

/** The way through a session. Each step waits for the real thing to happen, then for the one who looks at it. */
export function Tour({ beginning, onEnd }: Props) {
  const { view } = usePage();
  const [at, setAt] = useState(0);
  const [done, setDone] = useState<ReadonlySet<number>>(new Set());
  const step = STEPS[at];
  const isDone = done.has(at);
  useHighlight(isDone ? undefined : step?.target);

  // What has happened stays so, whatever happens to the session afterwards.
  if (step && !isDone && step.isDone(since(beginning, view))) setDone(new Set([...done, at]));

  return (
    <aside className="tour" aria-label="Guided tour">
      <progress value={at} max={STEPS.length} aria-label="Progress of the tour" />
      <div className="tour-words" role="status">
        {step ? <Words step={step} number={at + 1} isDone={isDone} /> : <LastWords />}
      </div>
      <div className="row">
        {step?.types && !isDone && <TypeIt text={step.types} />}
        {at > 0 && (
          <button type="button" className="button" onClick={() => setAt(at - 1)}>
            Back
          </button>
        )}
        {step && (
          <button
            type="button"
            className={isDone ? "button primary" : "button"}
            onClick={() => setAt(at + 1)}
          >
            Next
          </button>
        )}
        <button type="button" className={step ? "button" : "button primary"} onClick={onEnd}>
          {step ? "Skip the tour" : "Finish"}
        </button>
      </div>
    </aside>
  );
}

function Words({ step, number, isDone }: { step: Step; number: number; isDone: boolean }) {
  return (
    <>
      <strong>
        {number} of {STEPS.length} · {step.title}
        {isDone && <span className="tour-done"> · done</span>}
      </strong>
      <span>{isDone ? step.look : step.text}</span>
    </>
  );
}

function LastWords() {
  return (
    <>
      <strong>That was a whole session</strong>
      <span>Every click was a signed request to the real bot. Switch a fault on, and see how it copes.</span>
    </>
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
