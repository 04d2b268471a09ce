import { beforeEach, describe, expect, it } from 'vitest';
import { QueryClient } from '@tanstack/react-query';
import { fireEvent, render, screen } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { answerWith } from '../../testing/render-pages.js';
import { sessionState } from '../api/session-state.js';
import { App } from '../shell/app.js';

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { exact: false, selector: 'input' }), { target: { value } });

describe('an operator whose password someone else chose', () => {
  beforeEach(() => sessionState.set({ kind: 'unknown' }));

  it('gets no page but the one to change it, and then all of them', async () => {
    answerWith(new FakeConsole({ mustChangePassword: true }));
    const withoutMemory = { retry: false, gcTime: 0 };
    const client = new QueryClient({
      defaultOptions: { queries: withoutMemory, mutations: { gcTime: 0 } },
    });
    render(<App client={client} />);
    await screen.findByRole('heading', { name: 'Choose your password' });
    expect(screen.queryByRole('navigation')).toBeNull();
    type('Current password', 'the one from the terminal');
    fireEvent.change(screen.getByLabelText(/^New password( \*)?$/, { selector: 'input' }), {
      target: { value: 'one of my own' },
    });
    type('New password again', 'one of my own');
    fireEvent.click(screen.getByRole('button', { name: 'Change the password' }));
    await screen.findByRole('heading', { name: 'Dashboard' });
  });
});
