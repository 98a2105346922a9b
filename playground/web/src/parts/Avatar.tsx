import { usePage } from "../state/PageContext";
import { Icon } from "./Icon";

const COLOURS = 6;

/** The initials of somebody on their colour; of an app, its sign. */
export function Avatar({ user }: { user: string }) {
  const person = usePage().view.people[user];
  return (
    <span className={person?.isBot ? "avatar app" : `avatar colour-${colourOf(user)}`} aria-hidden="true">
      {person?.isBot ? <Icon name="video" /> : initialsOf(person?.name ?? "?")}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.charAt(0) ?? "").join("");
}

function colourOf(user: string): number {
  return (
    Array.from(user, (letter) => letter.codePointAt(0) ?? 0).reduce((sum, code) => sum + code, 0) % COLOURS
  );
}
