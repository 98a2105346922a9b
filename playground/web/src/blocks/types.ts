/** The parts of Block Kit that this page draws itself; all else goes to the renderer. */

export interface Text {
  type: "plain_text" | "mrkdwn";
  text: string;
}

export interface Confirm {
  title: Text;
  text: Text;
  confirm: Text;
  deny: Text;
  style?: "primary" | "danger";
}

export interface Option {
  text: Text;
  value: string;
  description?: Text;
  url?: string;
}

/** A button, a menu or a field, by its `type`. */
export interface Element {
  type: string;
  action_id: string;
  text?: Text;
  url?: string;
  style?: "primary" | "danger";
  confirm?: Confirm;
  options?: Option[];
  placeholder?: Text;
  initial_conversation?: string;
  multiline?: boolean;
  max_length?: number;
  image_url?: string;
  alt_text?: string;
}

export interface Cell {
  type: "raw_text" | "raw_number" | "rich_text";
  text?: string;
  value?: number;
}

export interface Point {
  label: string;
  value: number;
}

export interface Series {
  name: string;
  data: Point[];
}

export interface AxisConfig {
  categories?: string[];
  x_label?: string;
  y_label?: string;
}

export interface CartesianChart {
  type: "bar" | "line" | "area";
  series: Series[];
  axis_config?: AxisConfig;
}

export interface PieChart {
  type: "pie";
  segments: Point[];
}

interface Named {
  block_id?: string;
}

export interface ActionsBlock extends Named {
  type: "actions";
  elements: Element[];
}

export interface SectionBlock extends Named {
  type: "section";
  text?: Text;
  fields?: Text[];
  accessory?: Element;
}

export interface CallBlock extends Named {
  type: "call";
  call_id: string;
}

export interface DataTableBlock extends Named {
  type: "data_table";
  caption: string;
  page_size?: number;
  rows: Cell[][];
}

export interface TableBlock extends Named {
  type: "table";
  rows: Cell[][];
}

export interface DataVisualizationBlock extends Named {
  type: "data_visualization";
  title: string;
  chart: CartesianChart | PieChart;
}

export interface ImageBlock extends Named {
  type: "image";
  image_url?: string;
  slack_file?: { url?: string };
  alt_text: string;
  title?: Text;
}

export interface InputBlock {
  type: "input";
  block_id: string;
  label: Text;
  element: Element;
  optional?: boolean;
  hint?: Text;
}

export interface WrittenBlock extends Named {
  type: "context" | "divider" | "rich_text" | "markdown";
}

export interface HeaderBlock extends Named {
  type: "header";
  text: Text;
  level?: 1 | 2 | 3 | 4;
}

export type Block =
  | HeaderBlock
  | ActionsBlock
  | SectionBlock
  | CallBlock
  | DataTableBlock
  | TableBlock
  | DataVisualizationBlock
  | ImageBlock
  | InputBlock
  | WrittenBlock;
