import type { Completion } from "./useCompletion";

interface Props {
  id: string;
  completion: Completion;
}

export const optionId = (id: string, place: number) => `${id}-${place}`;

/** What one may be about to type. */
export function Suggestions({ id, completion: { suggestions, active, take } }: Props) {
  if (suggestions.length === 0) return null;
  return (
    <div className="suggestions" role="listbox" id={id} aria-label="Suggestions">
      {suggestions.map((suggestion, place) => (
        // The keyboard drives this list from the text field, which keeps the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={suggestion.text}
          id={optionId(id, place)}
          role="option"
          tabIndex={-1}
          aria-selected={place === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(suggestion)}
        >
          <strong>{suggestion.label}</strong>
          <span className="quiet">{suggestion.detail}</span>
        </div>
      ))}
    </div>
  );
}
