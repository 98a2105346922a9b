import { Dialog } from "../parts/Dialog";
import type { Confirm } from "./types";

interface Props {
  confirm: Confirm;
  onYes: () => void;
  onDone: () => void;
}

/** What Slack asks before a button is taken as pressed. */
export function ConfirmDialog({ confirm, onYes, onDone }: Props) {
  return (
    <Dialog title={confirm.title.text} onClose={onDone} className="small">
      <p>{confirm.text.text}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onDone}>
          {confirm.deny.text}
        </button>
        <button
          type="button"
          className={`button ${confirm.style ?? "primary"}`}
          onClick={() => {
            onDone();
            onYes();
          }}
        >
          {confirm.confirm.text}
        </button>
      </div>
    </Dialog>
  );
}
