import type { Command, Person } from "../../state/types";

/** Something that could be meant by what is being typed. */
export interface Suggestion {
  /** The whole text once it is taken. */
  text: string;
  label: string;
  detail: string;
}

const MOST = 8;

/** What the text could go on to: commands, what follows a command, people after an @. */
export function suggestionsFor(text: string, commands: Command[], people: Person[]): Suggestion[] {
  const mention = /(?:^|[\s,])@([\w.-]*)$/.exec(text);
  if (mention) return peopleLike(text, mention[1] ?? "", people);
  if (!text.startsWith("/") || text.includes("\n")) return [];
  const [name = "", ...rest] = text.split(" ");
  const command = commands.find((one) => one.command === name);
  return rest.length > 0 ? afterCommand(command, rest.join(" ")) : commandsLike(text, commands);
}

/** Whether Enter takes the first suggestion although none was chosen: only where sending could not be meant. */
export function isUnfinishedCommand(text: string, commands: Command[]): boolean {
  return /^\/\S*$/.test(text) && commands.every(({ command }) => command !== text);
}

/** What may stand behind a command, of its hint: `<what it takes> · word · word (what it is for)`. */
export function wordsOf(hint: string): string[] {
  return hint
    .split("·")
    .map((part) => part.replace(/\(.*\)/, "").trim())
    .filter((part) => /^[a-z]+$/.test(part));
}

function commandsLike(text: string, commands: Command[]): Suggestion[] {
  return commands
    .filter(({ command }) => command.startsWith(text))
    .map(({ command, hint, description }) => ({
      text: `${command} `,
      label: `${command} ${hint.split("·")[0]?.trim() ?? ""}`,
      detail: description,
    }));
}

function afterCommand(command: Command | undefined, rest: string): Suggestion[] {
  if (!command) return [];
  return wordsOf(command.hint)
    .filter((word) => word.startsWith(rest) && word !== rest)
    .slice(0, MOST)
    .map((word) => ({
      text: `${command.command} ${word} `,
      label: word,
      detail: `${command.command} ${word}`,
    }));
}

function peopleLike(text: string, begun: string, people: Person[]): Suggestion[] {
  const before = text.slice(0, text.length - begun.length);
  const isMeant = (name: string) => name.toLowerCase().startsWith(begun.toLowerCase());
  return people
    .flatMap(({ handle, name }) => (handle ? [{ handle, name }] : []))
    .filter(({ handle, name }) => handle !== begun && (isMeant(handle) || isMeant(name)))
    .slice(0, MOST)
    .map(({ handle, name }) => ({ text: `${before}${handle} `, label: `@${handle}`, detail: name }));
}
