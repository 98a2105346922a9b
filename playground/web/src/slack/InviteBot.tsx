import { usePage } from "../state/PageContext";

/** Said in channels in which the app is no member. */
export function InviteBot() {
  const { act } = usePage();
  return (
    <p className="notice">
      Apizee is not in this channel. Its commands still work here.
      <button type="button" className="button" onClick={() => void act("invite_bot", {})}>
        Invite Apizee
      </button>
    </p>
  );
}
