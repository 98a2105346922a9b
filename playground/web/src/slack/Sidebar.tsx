import { useId } from "react";

import { Icon } from "../parts/Icon";
import { usePage } from "../state/PageContext";
import type { ChannelEntry } from "../state/types";
import { PlaceLink } from "./PlaceLink";

/** Who one is, the channels, and the app's own place. */
export function Sidebar({ place }: { place: string }) {
  const { view } = usePage();
  return (
    <aside className="sidebar" aria-label="Workspace">
      <ActingAs />
      <nav aria-label="Channels">
        <h2 aria-hidden="true">Channels</h2>
        {view.channels.map((channel) => (
          <PlaceLink
            key={channel.slug}
            slug={channel.slug}
            name={channel.name}
            unread={channel.unread}
            isCurrent={channel.slug === place}
          >
            <Icon name={iconOf(channel)} />
          </PlaceLink>
        ))}
      </nav>
      <nav aria-label="Apps" data-tour="home">
        <h2 aria-hidden="true">Apps</h2>
        <PlaceLink slug="home" name="Apizee" unread={0} isCurrent={place === "home"}>
          <Icon name="home" />
        </PlaceLink>
      </nav>
    </aside>
  );
}

function ActingAs() {
  const { view, go } = usePage();
  const nameId = useId();
  return (
    <div className="acting-as">
      <label>
        <span>Acting as</span>
        <select
          value={view.me.slug}
          aria-describedby={nameId}
          onChange={(event) => go({ as: event.target.value, thread: "" })}
        >
          {view.roles.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <small id={nameId}>You are {view.me.name}</small>
    </div>
  );
}

function iconOf({ kind }: ChannelEntry) {
  return ({ public: "hash", private: "lock", direct: "message" } as const)[kind];
}
