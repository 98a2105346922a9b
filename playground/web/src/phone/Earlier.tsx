import { timeOf } from "../parts/time";
import type { Received } from "../state/types";

interface Props {
  messages: Received[];
  onChoose: (number: number) => void;
}

/** The messages that do not lie open, newest first. */
export function Earlier({ messages, onChoose }: Props) {
  if (messages.length === 0) return null;
  return (
    <details className="earlier">
      <summary>Other messages ({messages.length})</summary>
      <ul>
        {messages.map(({ number, kind, to, at, state }) => (
          <li key={number}>
            <button type="button" onClick={() => onChoose(number)}>
              <strong>
                {kind} to {to}
              </strong>
              <span className="quiet">
                {timeOf(at)} · {state}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
