import type { ReactElement } from 'react';
import './texts.css';

/** Characters that reorder or hide others: with them `invoice‮fdp.exe` would read as a PDF. */
const deceiving = /([\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb])/;

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Text that came from a caller or an object, shown as it was claimed: never a link, kept from reordering what stands
 * around it, and with its own invisible characters made visible.
 */
export function ClaimedText({ text }: { readonly text: string }): ReactElement {
  return (
    <bdi className="claimed" dir="ltr">
      {text.split(deceiving).map((part, index) =>
        deceiving.test(part) ? (
          <span
            key={index}
            className="claimed-control"
            title="An invisible character that can disguise a name"
          >
            {codeOf(part)}
          </span>
        ) : (
          part
        ),
      )}
    </bdi>
  );
}

/** The same for places that hold only plain text, such as titles and labels. */
export const revealText = (text: string): string =>
  text
    .split(deceiving)
    .map((part) => (deceiving.test(part) ? `[${codeOf(part)}]` : part))
    .join('');

/** The same beside other text, which it does not reorder: for titles that hold several names. */
export const isolateText = (text: string): string => `\u2066${revealText(text)}\u2069`;
