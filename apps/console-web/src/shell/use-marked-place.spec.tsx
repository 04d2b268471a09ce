import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useMarkedPlace } from './use-marked-place.js';

const scrolled: string[] = [];

function Page(): ReactElement {
  useMarkedPlace();
  const [isLoaded, setIsLoaded] = useState(false);
  return (
    <>
      <Link href="/settings#disk">Disk</Link>
      <Link href="/settings">Settings</Link>
      <button onClick={() => setIsLoaded(true)}>Load</button>
      {isLoaded && <div id="disk">Space</div>}
    </>
  );
}
const isMarked = () => document.querySelector('[data-marked]')?.id ?? null;

describe('the place that a link names', () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, 'scrollIntoView').mockImplementation(function (this: HTMLElement) {
      scrolled.push(this.id);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    history.replaceState(null, '', '/');
    scrolled.length = 0;
  });

  it('is marked and in sight once its page has loaded, each time its link is followed, and no longer elsewhere', async () => {
    render(<Page />);
    fireEvent.click(screen.getByText('Disk'));
    // The page has been looked through once, in vain.
    await new Promise((done) => setTimeout(done, 0));
    expect(isMarked()).toBeNull();
    fireEvent.click(screen.getByText('Load'));
    await waitFor(() => expect(isMarked()).toBe('disk'));
    expect(scrolled).toEqual(['disk']);
    fireEvent.click(screen.getByText('Disk'));
    await waitFor(() => expect(scrolled).toEqual(['disk', 'disk']));
    fireEvent.click(screen.getByText('Settings'));
    await waitFor(() => expect(isMarked()).toBeNull());
  });
});
