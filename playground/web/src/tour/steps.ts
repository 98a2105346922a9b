import type { Received, ViewState } from "../state/types";

export interface Step {
  title: string;
  text: string;
  /** What to look at once it has happened. */
  look: string;
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
    text: "Type /assist with a phone number into the message box and press Enter. Try +33 6 62 68 21 93: nobody is really invited.",
    look: "The card stands in the channel, with the number masked. Below it, your links, which only you see. The SMS is on the customer's phone.",
    target: "write",
    types: "/assist +33 6 62 68 21 93",
    isDone: ({ phone }) => phone.some(isCustomers),
  },
  {
    title: "Be the customer",
    text: "On the phone at the right: open the link, accept, allow the camera.",
    look: "The card says “In progress”, with each step and its time. You alone were called: your customer is connected.",
    target: "phone",
    isDone: (view) => !isPossible(view, "Open link", "Accept", "Allow camera"),
  },
  {
    title: "Take a photo, then hang up",
    text: "The camera runs. Take a photo of what is broken, then end the session.",
    look: "The card says how long it took and what was recorded.",
    target: "phone",
    isDone: (view) => hasPhotos(view) && !isPossible(view, "Hang up"),
  },
  {
    title: "Open the thread",
    text: "Within a minute the photo comes into the thread of the card. Press “1 reply” below the card.",
    look: "The photo is here, for everybody in the channel. The recording follows as a link: “+1 min” brings it sooner.",
    target: "replies",
    isDone: ({ thread }) => (thread?.messages.length ?? 0) > 1,
  },
  {
    title: "Start a meeting",
    text: "A meeting has several guests: type /meet with an address, and a name if you like.",
    look: "The card has the link to join and the number to call. The guest's e-mail is on the phone.",
    target: "write",
    types: '/meet ann@example.com name:"Site visit"',
    isDone: ({ phone }) => phone.some((received) => !isCustomers(received)),
  },
  {
    title: "See the figures",
    text: "How much was done? Ask for the statistics of the last 7 days, which Apizee counts.",
    look: "A sentence, a chart and a table that sorts. CSV sends them as a file.",
    target: "write",
    types: "/assist stats week",
    isDone: ({ messages }) => messages.some(({ blocks }) => blocks.some(({ type }) => type === "data_table")),
  },
  {
    title: "Say how it ended",
    text: "Press “Note” on the card that is done, choose the outcome and type a line. Then press “Report”.",
    look: "The card shows the outcome, its thread the note, with contacts masked. The report is a PDF in the thread.",
    target: "replies",
    isDone: ({ messages }) => messages.some(({ blocks }) => JSON.stringify(blocks).includes(":memo:")),
  },
  {
    title: "Look at the Home",
    text: "Press “Apizee” below “Apps” in the side bar.",
    look: "All that concerns you in one place: today's figures, your open and your last sessions.",
    target: "home",
    isDone: ({ home, channel }) => channel.slug === "home" && home !== null,
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

function isCustomers({ touches }: Received): boolean {
  return touches.some(({ label }) => label === "Accept");
}

function isPossible({ phone }: ViewState, ...labels: string[]): boolean {
  const customer = phone.find(isCustomers);
  return customer?.touches.some(({ label, possible }) => possible && labels.includes(label)) ?? true;
}

function hasPhotos({ phone }: ViewState): boolean {
  return (phone.find(isCustomers)?.photos ?? 0) > 0;
}
