import { useEffect } from "react";

import { Clock } from "./phone/Clock";
import { Phone } from "./phone/Phone";
import { usePersisted } from "./parts/usePersisted";
import { usePage } from "./state/PageContext";
import { Conversation } from "./slack/Conversation";
import { HomePlace } from "./slack/HomePlace";
import { Modal } from "./slack/modal/Modal";
import { Sidebar } from "./slack/Sidebar";
import { ThreadPanel } from "./slack/ThreadPanel";
import { beginningOf, FROM_NOTHING } from "./tour/steps";
import { Tour } from "./tour/Tour";
import { Notices } from "./Notices";
import { TopBar } from "./TopBar";
import { Faults } from "./wire/Faults";
import { Wire } from "./wire/Wire";

interface Props {
  place: string;
  connected: boolean;
  trouble: string | null;
  onTroubleRead: () => void;
}

const SEEN = "seen";

/** The small Slack to the left, the world outside of it to the right, the wire below. */
export function Page({ place, connected, trouble, onTroubleRead }: Props) {
  const { view } = usePage();
  useEffect(() => {
    document.title = `${view.channel.label} · Apizee for Slack · playground`;
  }, [view.channel.label]);
  const [tour, setTour] = usePersisted("tour", beginningOf(view));
  return (
    <div className="page">
      <div className="page-body">
        <TopBar
          onTour={() => setTour(beginningOf(view))}
          onReset={() => tour !== SEEN && setTour(FROM_NOTHING)}
        />
        <Notices connected={connected} trouble={trouble} onTroubleRead={onTroubleRead} />
        {tour !== SEEN && <Tour key={tour} beginning={tour} onEnd={() => setTour(SEEN)} />}
        <div className="panes">
          <div className="slack">
            <Sidebar place={place} />
            {place === "home" ? <HomePlace /> : <Conversation />}
            {view.thread && <ThreadPanel thread={view.thread} />}
          </div>
          <aside className="outside" id="outside" aria-label="Outside of Slack">
            <Phone />
            <Clock />
            <Faults />
          </aside>
        </div>
        <Wire />
      </div>
      {view.modal && <Modal key={view.modal.id} modal={view.modal} />}
      <nav className="jumps" aria-label="Parts of the page">
        <a href="#conversation">Slack</a>
        <a href="#outside">Phone</a>
        <a href="#wire">Wire</a>
      </nav>
    </div>
  );
}
