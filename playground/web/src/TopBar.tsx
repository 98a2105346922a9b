import { useState } from "react";

import { ConfirmDialog } from "./blocks/ConfirmDialog";
import type { Confirm } from "./blocks/types";
import { Icon } from "./parts/Icon";
import { useTheme } from "./parts/useTheme";
import { usePage } from "./state/PageContext";

interface Props {
  onTour: () => void;
  onReset: () => void;
}

const plain = (text: string) => ({ type: "plain_text", text }) as const;

const START_ANEW: Confirm = {
  title: plain("Start anew?"),
  text: plain("All messages, sessions and figures of this playground are forgotten."),
  confirm: plain("Start anew"),
  deny: plain("Keep them"),
  style: "danger",
};

/** What the page is, and what concerns the whole of it. */
export function TopBar({ onTour, onReset }: Props) {
  const { act } = usePage();
  const [theme, turn] = useTheme();
  const [isAsked, setAsked] = useState(false);
  const reset = async () => {
    if (await act("reset", {})) onReset();
  };
  return (
    <header className="top-bar">
      <p className="brand">
        <img src="/icon.svg" alt="" width="24" height="24" />
        Apizee for Slack <span className="quiet">playground</span>
      </p>
      <div className="row">
        <button type="button" className="button" onClick={onTour}>
          Tour
        </button>
        <button type="button" className="button" onClick={() => setAsked(true)}>
          Start anew
        </button>
        <button
          type="button"
          className="tool"
          aria-label="Dark mode"
          aria-pressed={theme === "dark"}
          onClick={turn}
        >
          <Icon name="theme" />
        </button>
      </div>
      {isAsked && (
        <ConfirmDialog confirm={START_ANEW} onYes={() => void reset()} onDone={() => setAsked(false)} />
      )}
    </header>
  );
}
