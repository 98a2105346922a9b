import type { Received, ViewState } from "../state/types";

export interface Step {
  title: string;
  text: string;
  /** What the `data-tour` of the element to look at says. */
  target: string;
  /** Something to type that can be put into the composer. */
  types?: string;
  /** Whether it has happened. */
  isDone: (view: ViewState) => boolean;
}

/** A session's way through the bot, from the command to its figures. */
export const STEPS: readonly Step[] = [
  {
    title: "Invite a customer",
    text: "An agent types /assist with a phone number. Put it into the message box and press Enter.",
    target: "write",
    types: "/assist +33 6 62 68 21 93",
    isDone: ({ phone }) => phone.some(isCustomers),
  },
  {
    title: "Open the link",
    text: "The card stands in the channel, and the customer has a message. Open its link on the phone.",
    target: "touch-open",
    isDone: (view) => !isPossible(view, "Open link"),
  },
  {
    title: "Let the agent see",
    text: "Accept, then allow the camera, and watch the card follow the customer step by step.",
    target: "phone",
    isDone: (view) => !isPossible(view, "Open link", "Accept", "Allow camera"),
  },
  {
    title: "Take a photo",
    text: "The camera runs. Take a photo of what is broken.",
    target: "touch-photo",
    isDone: (view) => hasPhotos(view) || isOver(view),
  },
  {
    title: "Hang up",
    text: "End the session. Within a minute its photos come into the thread of the card: open the replies then.",
    target: "touch-hang-up",
    isDone: (view) => isOver(view) && view.messages.some(({ replies }) => replies > 0),
  },
  {
    title: "See the figures",
    text: "How much was done today? Ask for the statistics, which Apizee counts.",
    target: "write",
    types: "/assist stats today",
    isDone: ({ messages }) => messages.some(({ blocks }) => blocks.some(({ type }) => type === "data_table")),
  },
];

/** What was there before the tour, which is not part of it: `<number of the newest on the phone>/<ts of the last message>`. */
export function beginningOf({ phone, messages }: ViewState): string {
  return `${phone[0]?.number ?? -1}/${messages.at(-1)?.ts ?? 0}`;
}

export const FROM_NOTHING = "-1/0";

/** The view as if it had begun with the tour. */
export function since(beginning: string, view: ViewState): ViewState {
  const [number = 0, ts = 0] = beginning.split("/").map(Number);
  return {
    ...view,
    phone: view.phone.filter((received) => received.number > number),
    messages: view.messages.filter((message) => Number(message.ts) > ts),
  };
}

/** The first step that is not done, of those from `reached` on. */
export function stepAt(view: ViewState, reached: number): number {
  let step = reached;
  while (STEPS[step]?.isDone(view)) step += 1;
  return step;
}

function isCustomers({ touches }: Received): boolean {
  return touches.some(({ label }) => label === "Accept");
}

function isPossible({ phone }: ViewState, ...labels: string[]): boolean {
  const customer = phone.find(isCustomers);
  return customer?.touches.some(({ label, possible }) => possible && labels.includes(label)) ?? true;
}

function isOver({ phone }: ViewState): boolean {
  return phone.find(isCustomers)?.touches.every(({ possible }) => !possible) ?? false;
}

function hasPhotos({ phone }: ViewState): boolean {
  return (phone.find(isCustomers)?.photos ?? 0) > 0;
}
