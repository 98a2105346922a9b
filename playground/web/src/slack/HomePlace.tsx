import { useCallback } from "react";

import { Blocks } from "../blocks/Blocks";
import { usePage } from "../state/PageContext";
import { PlaceLink } from "./PlaceLink";

/** The app's Home, as it was published for the one who looks. */
export function HomePlace() {
  const { view, act } = usePage();
  const press = useCallback(
    (action: string, block?: string, chosen?: string) => void act("press_home", { action, block, chosen }),
    [act],
  );
  return (
    <main className="conversation" id="conversation">
      <header className="pane-header">
        <h1>Apizee</h1>
        <nav className="home-tabs" aria-label="Apizee">
          <PlaceLink slug="home" name="Home" unread={0} isCurrent>
            {null}
          </PlaceLink>
          <PlaceLink slug="direct" name="Messages" unread={0} isCurrent={false}>
            {null}
          </PlaceLink>
        </nav>
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div className="home" role="region" aria-label="App Home" tabIndex={0}>
        {view.home ? (
          <Blocks blocks={view.home.blocks} press={press} />
        ) : (
          <p className="quiet">Nothing here yet.</p>
        )}
      </div>
    </main>
  );
}
