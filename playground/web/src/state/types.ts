/** What the playground's server tells of its two worlds, as one person sees them from one place. */

import type { Block } from "../blocks/types";
import type { ModalView } from "./modal";

export interface ViewState {
  version: string;
  me: Me;
  roles: Role[];
  channels: ChannelEntry[];
  channel: Channel;
  messages: Message[];
  /** When one was last here, in Unix seconds; null where one never was. */
  newSince: number | null;
  thread: Thread | null;
  modal: ModalView | null;
  home: { blocks: Block[] } | null;
  shortcuts: { global: Shortcut[]; message: Shortcut[] };
  commands: Command[];
  people: Record<string, Person>;
  channelNames: Record<string, string>;
  calls: Record<string, Call>;
  phone: Received[];
  wire: { entries: LoggedRequest[]; budget: Budget };
  faults: Fault[];
  clock: { now: number; ahead: number };
  bot: { state: "ready" | "starting" | "dead"; kills: number };
}

export interface Role {
  slug: string;
  name: string;
}

export interface Me extends Role {
  user: string;
  locale: string;
}

export interface Channel {
  slug: string;
  name: string;
  label: string;
  kind: "public" | "private" | "direct";
  hasBot: boolean;
}

export interface ChannelEntry extends Channel {
  id: string;
  unread: number;
}

export interface Message {
  ts: string;
  at: number;
  author: string;
  isBot: boolean;
  text: string;
  blocks: Block[];
  /** What the bot shows of links in the message. */
  unfurls: { url: string; blocks: Block[] }[];
  files: SharedFile[];
  onlyVisibleToYou: boolean;
  edited: boolean;
  replies: number;
  threadTs: string | null;
}

export interface SharedFile {
  id: string;
  name: string;
  title: string;
  alt: string;
  mimetype: string;
  url: string;
}

export interface Thread {
  ts: string;
  messages: Message[];
}

export interface Shortcut {
  callbackId: string;
  name: string;
}

export interface Command {
  command: string;
  hint: string;
  description: string;
}

export interface Person {
  name: string;
  /** What one types after the @; a person without one cannot be mentioned. */
  handle?: string;
  isBot: boolean;
}

export interface Call {
  title: string;
  joinUrl: string;
  active: boolean;
  participants: string[];
  /** Seconds; null until the call has ended. */
  duration: number | null;
}

export interface Received {
  number: number;
  kind: "SMS" | "E-mail";
  to: string;
  link: string;
  at: number;
  state: string;
  photos: number;
  /** It is over, and nobody came. */
  missed: boolean;
  touches: Touch[];
}

export interface Touch {
  label: string;
  action: string;
  possible: boolean;
}

export interface LoggedRequest {
  number: number;
  at: number;
  direction: string;
  title: string;
  content: string;
  status: number | null;
  well: boolean;
  ms: number | null;
}

export interface Budget {
  used: number;
  limit: number;
}

export interface Fault {
  name: string;
  label: string;
  about: string;
  on: boolean;
}
