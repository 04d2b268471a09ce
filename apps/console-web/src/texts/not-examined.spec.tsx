import { describe, expect, it } from 'vitest';
import { MantineProvider } from '@mantine/core';
import type { PolicyApplied } from '@sluice/contracts';
import { render, screen, within } from '@testing-library/react';
import type { ReactElement } from 'react';
import { NotExamined, PolicyNote } from './not-examined.js';

const show = (element: ReactElement) => render(<MantineProvider>{element}</MantineProvider>);

describe('what was not examined', () => {
  it('is told with place, reason, limit and engine, and how many more there are', () => {
    const places = [
      { path: ['a.zip', 'secret\u202efdp.exe'], engine: 'inspector', reason: 'encrypted' as const },
      { path: [], engine: 'clamav', reason: 'limit-exceeded' as const, limit: 'clamavBytes', detail: 'cut' },
    ];
    show(<NotExamined places={places} total={41} />);
    const [, first, second] = screen.getAllByRole('row').map((row) => row.textContent);
    expect(first).toContain('a.zip');
    expect(first).not.toContain('\u202e');
    expect(first).toMatch(/A part is encrypted.*inspector/);
    expect(second).toMatch(/The object itself.*size of what ClamAV is shown.*cut.*clamav/);
    expect(screen.getByText('39 further places not listed')).toBeDefined();
  });

  it('is not mentioned when everything was', () => {
    show(<NotExamined places={[]} total={0} />);
    expect(screen.queryByText(/not examined/i)).toBeNull();
  });
});

describe('a policy that decided', () => {
  it('is named with its version, the reasons and the state without it', () => {
    const applied: PolicyApplied = {
      state: 'not detected',
      stateBefore: 'error',
      reasons: ['encrypted', 'damaged'],
      version: 3,
    };
    show(<PolicyNote applied={applied} />);
    const note = within(screen.getByRole('alert')).getByText(/version 3/).textContent;
    expect(note).toMatch(/a part is encrypted; a part is damaged/);
    expect(note).toMatch(/Without a policy its state is Not examined.*made it Not detected/);
  });

  it('is not mentioned where none did', () => {
    show(<PolicyNote applied={null} />);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
