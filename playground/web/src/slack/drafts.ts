import { createContext, use } from "react";

/** What stands in the two composers. It lives above them, so that the tour can write there too. */
export interface Drafts {
  drafts: Record<"write" | "reply", string>;
  setDraft: (composer: "write" | "reply", text: string) => void;
}

export const DraftsContext = createContext<Drafts | null>(null);

export function useDraft(composer: "write" | "reply"): [string, (text: string) => void] {
  const held = use(DraftsContext);
  if (!held) throw new Error("used outside of the drafts");
  return [held.drafts[composer], (text) => held.setDraft(composer, text)];
}
