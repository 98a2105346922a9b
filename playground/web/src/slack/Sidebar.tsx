import { Icon } from "../parts/Icon";
import { useStage } from "../scene/Stage";
import type { ChannelEntry } from "../scene/types";
import { PlaceLink } from "./PlaceLink";

/** Who one is, the channels, and the app's own place. */
export function Sidebar({ place }: { place: string }) {
  const { scene } = useStage();
  return (
    <aside className="sidebar" aria-label="Workspace">
      <ActingAs />
      <nav aria-label="Channels">
        <h2 aria-hidden="true">Channels</h2>
        {scene.channels.map((channel) => (
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
      <nav aria-label="Apps">
        <h2 aria-hidden="true">Apps</h2>
        <PlaceLink slug="home" name="Apizee" unread={0} isCurrent={place === "home"}>
          <Icon name="home" />
        </PlaceLink>
      </nav>
    </aside>
  );
}

function ActingAs() {
  const { scene, go } = useStage();
  return (
    <label className="acting-as">
      <span>Acting as</span>
      <select value={scene.me.slug} onChange={(event) => go({ as: event.target.value, thread: "" })}>
        {scene.roles.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function iconOf({ kind }: ChannelEntry) {
  return ({ public: "hash", private: "lock", direct: "message" } as const)[kind];
}
