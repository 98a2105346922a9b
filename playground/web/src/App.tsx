import { useCallback, useMemo, useState } from "react";

import { Page } from "./Page";
import { send, type Action, type Actions } from "./state/actions";
import { PageContext, type PageValue } from "./state/PageContext";
import { useLiveState } from "./state/useLiveState";
import { useViewer } from "./state/viewer";
import { DraftsContext, type Drafts } from "./slack/composer/drafts";

/** Brings the view, the actions and the page together. */
export function App() {
  const [viewer, go] = useViewer();
  const { view, connected } = useLiveState(viewer);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [followed, setFollowed] = useState(0);
  const drafts = useDrafts();

  const act = useCallback(
    async <D extends Action>(action: D, body: Actions[D]) => {
      if (["write", "reply", "submit"].includes(action)) setFollowed((before) => before + 1);
      const refused = await send(action, body, viewer);
      setTrouble(refused);
      return refused === null;
    },
    [viewer],
  );
  const page = useMemo<PageValue | null>(
    () => view && { view, act, go, followed },
    [view, act, go, followed],
  );

  if (!page)
    return <p className="loading">{connected ? "Loading…" : "The playground does not answer yet…"}</p>;
  return (
    <PageContext value={page}>
      <DraftsContext value={drafts}>
        <Page
          place={viewer.in}
          connected={connected}
          trouble={trouble}
          onTroubleRead={() => setTrouble(null)}
        />
      </DraftsContext>
    </PageContext>
  );
}

function useDrafts(): Drafts {
  const [drafts, setDrafts] = useState<Drafts["drafts"]>({});
  const setDraft = useCallback<Drafts["setDraft"]>(
    (key, text) => setDrafts((before) => ({ ...before, [key]: text })),
    [],
  );
  return useMemo(() => ({ drafts, setDraft }), [drafts, setDraft]);
}
