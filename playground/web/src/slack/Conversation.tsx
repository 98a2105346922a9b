import { usePage } from "../state/PageContext";
import { Composer } from "./composer/Composer";
import { InviteBot } from "./InviteBot";
import { Messages } from "./Messages";

/** A channel: its name, its messages, and where one types. */
export function Conversation() {
  const { channel, me, messages } = usePage().view;
  return (
    <main className="conversation" id="conversation">
      <header className="pane-header">
        <h1>{channel.label}</h1>
        <span className="quiet">{descriptionOf(channel)}</span>
      </header>
      <Messages key={`${me.slug} ${channel.slug}`} messages={messages} label="Messages" />
      {!channel.hasBot && channel.kind !== "direct" && <InviteBot />}
      <Composer
        key={channel.slug}
        label="Message"
        placeholder={channel.kind === "direct" ? "Message Apizee" : `Message ${channel.label}`}
        action="write"
        place={channel.slug}
      />
    </main>
  );
}

function descriptionOf({ kind, hasBot }: { kind: string; hasBot: boolean }): string {
  if (kind === "direct") return "You and the app";
  return `${kind === "public" ? "Public" : "Private"}, ${hasBot ? "with Apizee" : "without Apizee"}`;
}
