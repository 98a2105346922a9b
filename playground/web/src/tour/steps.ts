import type { Received, Scene } from "../scene/types";

export interface Step {
  title: string;
  text: string;
  /** What the `data-tour` of the element to look at says. */
  target: string;
  /** Something to type that can be put into the composer. */
  types?: string;
  /** Whether it has happened. */
  isDone: (scene: Scene) => boolean;
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
    isDone: (scene) => !isPossible(scene, "Open link"),
  },
  {
    title: "Let the agent see",
    text: "Accept, then allow the camera, and watch the card follow the customer step by step.",
    target: "phone",
    isDone: (scene) => !isPossible(scene, "Open link", "Accept", "Allow camera"),
  },
  {
    title: "Take a photo",
    text: "The camera runs. Take a photo of what is broken.",
    target: "touch-photo",
    isDone: (scene) => hasPhotos(scene) || isOver(scene),
  },
  {
    title: "Hang up",
    text: "End the session. Its photos come into the thread of the card: open the replies to see them.",
    target: "touch-hang-up",
    isDone: (scene) => isOver(scene) && scene.messages.some(({ replies }) => replies > 0),
  },
  {
    title: "See the figures",
    text: "How much was done today? Ask for the statistics, which Apizee counts.",
    target: "write",
    types: "/assist stats all today",
    isDone: ({ messages }) => messages.some(({ blocks }) => blocks.some(({ type }) => type === "data_table")),
  },
];

/** How many steps are done one after another, from the first. */
export function stepAt(scene: Scene, from: number): number {
  let step = from;
  while (STEPS[step]?.isDone(scene)) step += 1;
  return step;
}

function isCustomers({ touches }: Received): boolean {
  return touches.some(({ label }) => label === "Accept");
}

function isPossible({ phone }: Scene, ...labels: string[]): boolean {
  const customer = phone.find(isCustomers);
  return customer?.touches.some(({ label, possible }) => possible && labels.includes(label)) ?? true;
}

function isOver({ phone }: Scene): boolean {
  return phone.find(isCustomers)?.touches.every(({ possible }) => !possible) ?? false;
}

function hasPhotos({ phone }: Scene): boolean {
  return (phone.find(isCustomers)?.photos ?? 0) > 0;
}
