import { describe, expect, it } from 'vitest';
import { fireEvent, screen } from '@testing-library/react';
import { FakeConsole } from '../../../testing/fake-console/fake-console.js';
import { renderPage } from '../../../testing/render-pages.js';
import { SecondFactor } from './second-factor.js';

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

function open(): FakeConsole {
  const fake = new FakeConsole();
  renderPage(<SecondFactor />, fake);
  return fake;
}

describe('the second factor', () => {
  it('is on once the password and a code were right, and off again with the password', async () => {
    open();
    type('Your password', 'right');
    press('Set up a second factor');
    await screen.findByRole('img', { name: 'QR code of the key below' });
    expect(screen.getByText(/^JBSW Y3DP/)).toBeDefined();
    type(/Enter the six digits/, '111 111');
    press('Switch on');
    await screen.findByText('This is not the code the app shows now.');
    type(/Enter the six digits/, '123 456');
    press('Switch on');
    await screen.findByText('The second factor is on.');
    type('Your password', 'right');
    press('Switch off');
    await screen.findByText('The second factor is off.');
  });

  it('is not begun without the password', async () => {
    open();
    type('Your password', 'guess');
    press('Set up a second factor');
    await screen.findByText('This is not your password.');
    expect(screen.queryByRole('img')).toBeNull();
  });
});
