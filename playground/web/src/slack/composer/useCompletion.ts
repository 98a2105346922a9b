import { useMemo, useState, type KeyboardEvent } from "react";

import { usePage } from "../../state/PageContext";
import { isUnfinishedCommand, suggestionsFor, type Suggestion } from "./completion";

export interface Completion {
  suggestions: Suggestion[];
  active: number;
  take: (suggestion: Suggestion) => void;
  /** Answers whether the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean;
}

const NONE = -1;

/** The list of suggestions below a text that is being typed, driven by the keyboard. */
export function useCompletion(text: string, setText: (text: string) => void): Completion {
  const { commands, people } = usePage().view;
  const [chosen, setChosen] = useState({ text: "", active: NONE });
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const everyone = useMemo(() => Object.values(people), [people]);
  const found = useMemo(() => suggestionsFor(text, commands, everyone), [text, commands, everyone]);
  const suggestions = closedFor === text ? [] : found;
  const active = chosen.text === text ? chosen.active : NONE;

  const take = ({ text: completed }: Suggestion) => setText(completed);

  const onKey = ({ key, shiftKey }: KeyboardEvent): boolean => {
    const count = suggestions.length;
    if (count === 0) return false;
    const move = { ArrowDown: (active + 1) % count, ArrowUp: (active <= 0 ? count : active) - 1 }[key];
    if (move !== undefined) setChosen({ text, active: move });
    else if (key === "Escape") setClosedFor(text);
    else {
      const first = key === "Tab" || isUnfinishedCommand(text, commands) ? suggestions[0] : undefined;
      const taken = suggestions[active] ?? first;
      if (shiftKey || !["Tab", "Enter"].includes(key) || !taken) return false;
      take(taken);
    }
    return true;
  };

  return { suggestions, active, take, onKey };
}
