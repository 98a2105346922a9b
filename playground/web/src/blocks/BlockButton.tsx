import { useState } from "react";

import { ConfirmDialog } from "./ConfirmDialog";
import { usePress } from "./Press";
import type { Element } from "./types";

/** A button; with an address it is a link that is also pressed. What asks first is pressed after a yes. */
export function BlockButton({ element }: { element: Element }) {
  const press = usePress();
  const [isAsked, setAsked] = useState(false);
  const { action_id: action, confirm, url, style } = element;
  const look = `button ${style ?? ""}`;
  const label = element.text?.text;

  if (url && !confirm) {
    return (
      <a className={look} href={url} target="_blank" rel="noopener noreferrer" onClick={() => press(action)}>
        {label}
      </a>
    );
  }
  return (
    <>
      <button type="button" className={look} onClick={() => (confirm ? setAsked(true) : press(action))}>
        {label}
      </button>
      {confirm && isAsked && (
        <ConfirmDialog confirm={confirm} onYes={() => press(action)} onDone={() => setAsked(false)} />
      )}
    </>
  );
}
