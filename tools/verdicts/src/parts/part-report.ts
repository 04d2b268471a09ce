/** What one part of the proof has to say. */
export interface PartReport {
  readonly title: string;
  /** Totals, for the terminal and for the page. */
  readonly totals: readonly string[];
  /** What is wrong. Any of them: the proof has failed. */
  readonly problems: readonly string[];
  /** Further words for the page, in Markdown. */
  readonly details: readonly string[];
}
