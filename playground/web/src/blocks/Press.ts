import { createContext, use } from "react";

/** What pressing an element of a block does, by its action id; `chosen` is what was chosen from a list. */
export type Press = (actionId: string, chosen?: string) => void;

/** The same for all blocks of a message or view, which may have elements of one action id. */
export type PressIn = (actionId: string, blockId?: string, chosen?: string) => void;

export const PressContext = createContext<Press | null>(null);

export function usePress(): Press {
  const press = use(PressContext);
  if (!press) throw new Error("used outside of blocks");
  return press;
}
