import type { FieldValue } from "./modal";
import { queryOf, type Viewer } from "./viewer";

/** All that one can do on the page, with what each action needs to know. */
export interface Actions {
  write: { text: string };
  reply: { text: string };
  press: { ts: string; action: string; block?: string | undefined };
  press_home: { action: string; block?: string | undefined; chosen?: string | undefined };
  press_modal: { action: string; block?: string | undefined };
  shortcut: { callbackId: string; ts?: string };
  submit: { values: Record<string, FieldValue> };
  close: Record<string, never>;
  touch: { received: number; touch: string };
  fault: { fault: string; on: boolean };
  pass: { seconds: number };
  kill: Record<string, never>;
  invite_bot: Record<string, never>;
  reset: Record<string, never>;
}

export type Action = keyof Actions;

/** Does it at the server; answers what went wrong, in a sentence for people, or nothing. */
export async function send<D extends Action>(
  action: D,
  body: Actions[D],
  viewer: Viewer,
): Promise<string | null> {
  try {
    const answer = await fetch(`/api/do/${action}${queryOf(viewer)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.ok ? null : await refusal(answer);
  } catch {
    return "The playground does not answer. Is it still running?";
  }
}

async function refusal(answer: Response): Promise<string> {
  const said = (await answer.json().catch(() => ({}))) as { error?: string };
  return said.error ?? `The playground answered ${answer.status}.`;
}
