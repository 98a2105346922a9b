import { createContext, use } from "react";

/** What pressing an element does, by its action id. */
export type Press = (actionId: string) => void;

export const PressContext = createContext<Press | null>(null);

export function usePress(): Press {
  const press = use(PressContext);
  if (!press) throw new Error("used outside of blocks");
  return press;
}
