import { createContext, use } from "react";

/** What stands in the composers, by person and place. It lives above them: drafts outlive a walk to another channel. */
export interface Drafts {
  drafts: Record<string, string>;
  setDraft: (key: string, text: string) => void;
}

export const DraftsContext = createContext<Drafts | null>(null);

/** One person's draft for a channel, by its slug, or for a thread, by its ts. */
export const draftKey = (person: string, place: string) => `${person} ${place}`;

export function useDraft(key: string): [string, (text: string) => void] {
  const held = use(DraftsContext);
  if (!held) throw new Error("used outside of the drafts");
  return [held.drafts[key] ?? "", (text) => held.setDraft(key, text)];
}
