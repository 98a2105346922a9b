import { useCallback, useMemo, useState } from "react";

import { Page } from "./Page";
import { send, type Deed, type Deeds } from "./scene/deeds";
import { StageContext, type Stage } from "./scene/Stage";
import { useLiveScene } from "./scene/useLiveScene";
import { useViewpoint } from "./scene/viewpoint";
import { DraftsContext, type Drafts } from "./slack/drafts";

/** Brings the scene, the deeds and the page together. */
export function App() {
  const [viewpoint, go] = useViewpoint();
  const { scene, connected } = useLiveScene(viewpoint);
  const [trouble, setTrouble] = useState<string | null>(null);
  const drafts = useDrafts();

  const act = useCallback(
    async <D extends Deed>(deed: D, body: Deeds[D]) => {
      const refused = await send(deed, body, viewpoint);
      setTrouble(refused);
      return refused === null;
    },
    [viewpoint],
  );
  const stage = useMemo<Stage | null>(() => scene && { scene, act, go }, [scene, act, go]);

  if (!stage)
    return <p className="loading">{connected ? "Loading…" : "The playground does not answer yet…"}</p>;
  return (
    <StageContext value={stage}>
      <DraftsContext value={drafts}>
        <Page
          place={viewpoint.in}
          connected={connected}
          trouble={trouble}
          onTroubleRead={() => setTrouble(null)}
        />
      </DraftsContext>
    </StageContext>
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
