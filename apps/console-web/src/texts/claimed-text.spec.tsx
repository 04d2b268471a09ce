import { describe, expect, it } from 'vitest';
import { render } from '@testing-library/react';
import { ClaimedText, revealText } from './claimed-text.js';

// Reads as "invoiceexe.pdf" where the control takes effect.
const disguised = 'invoice\u202efdp.exe';

describe('text that a caller claims', () => {
  it('shows the characters that would reorder it', () => {
    const { container } = render(<ClaimedText text={disguised} />);
    expect(container.textContent).toBe('invoiceU+202Efdp.exe');
    expect(revealText(disguised)).toBe('invoice[U+202E]fdp.exe');
  });

  it('stands apart from the text around it', () => {
    const { container } = render(<ClaimedText text="report.pdf" />);
    expect(container.querySelector('bdi')?.getAttribute('dir')).toBe('ltr');
  });

  it('is never a link', () => {
    const { container } = render(<ClaimedText text="https://evil.example/" />);
    expect(container.querySelector('a')).toBeNull();
  });
});
