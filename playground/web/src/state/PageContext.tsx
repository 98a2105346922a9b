import { createContext, use } from "react";

import type { Action, Actions } from "./actions";
import type { ViewState } from "./types";
import type { Viewer } from "./viewer";

/** What every part of the page may use: what is to be seen, and how to act and to move. */
export interface PageValue {
  view: ViewState;
  /** Answers once the server has taken the action; what it refuses is shown, and answered as false. */
  act: <D extends Action>(action: D, body: Actions[D]) => Promise<boolean>;
  go: (change: Partial<Viewer>) => void;
  /** How often one has written or sent something, whose answer one wants to see. */
  followed: number;
}

export const PageContext = createContext<PageValue | null>(null);

export function usePage(): PageValue {
  const page = use(PageContext);
  if (!page) throw new Error("used outside of the page");
  return page;
}
