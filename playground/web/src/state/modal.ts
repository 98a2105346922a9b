import type { Block } from "../blocks/types";

/** What is in a field of a modal: a text, the ticked values, or nothing. */
export type FieldValue = string | string[] | null;

export interface ModalView {
  id: string;
  title: string;
  submit: string | null;
  close: string;
  blocks: Block[];
  values: Record<string, FieldValue>;
  errors: Record<string, string>;
  trouble: string | null;
}
