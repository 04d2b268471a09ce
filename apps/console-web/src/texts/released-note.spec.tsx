import { describe, expect, it } from 'vitest';
import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { ReleasedNote } from './released-note.js';

const show = (element: ReactElement) => render(<MantineProvider>{element}</MantineProvider>);

describe('a released mail', () => {
  it('is said to be let through by an operator, with the state without that', () => {
    show(<ReleasedNote released={{ releaseId: '5f0c…', stateBefore: 'detect' }} />);
    expect(screen.getByRole('alert').textContent).toMatch(/an operator released.*its state is Detected/);
  });

  it('is not mentioned where none was', () => {
    show(<ReleasedNote released={null} />);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
